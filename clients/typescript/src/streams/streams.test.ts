// SPDX-License-Identifier: MIT
// What ends a stream beside its two ends, and what comes for one that is not there.

import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { pattern, streamOf, StreamWorld } from '../testing/stream_world.ts';
import { makeStreamPart } from './part.ts';

describe('a stream dies', () => {
  test('with the link', async () => {
    const it = new StreamWorld();
    const { stream } = await it.open();
    it.connection.drop();
    await expect(stream.read()).rejects.toMatchObject({ code: 503 });
    it.client.close();
  });

  test('with its device, and only with its own', async () => {
    const it = new StreamWorld();
    const { stream } = await it.open();
    leave(it, 'hall');
    void stream.write(pattern(1));
    leave(it, 'kitchen');
    await expect(stream.read()).rejects.toMatchObject({ code: 503, error: 'kitchen left' });
    expect(it.aborts).toEqual([]);
  });

  test.each([['kitchen'], ['*']])('when the hub dropped messages of %s', async (name) => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    const value = { from: { [name]: { broadcasts: 0, responses: 1 } } };
    it.connection.say({
      messageType: 'Broadcast',
      name: 'hub.dropped',
      originator: '@hub',
      value,
    });
    await expect(stream.read()).rejects.toMatchObject({ code: 503 });
    await it.settle();
    expect(device.aborted?.code).toBe(503);
  });

  test.each([400, 404, 408, 413, 503])(
    'by the hub’s report %d on one of its messages',
    async (code) => {
      const it = new StreamWorld();
      const { stream } = await it.open();
      void stream.write(pattern(1)).catch(() => {});
      await it.settle();
      const value = { recipient: 'kitchen' };
      it.connection.answer('@hub', value, { success: false, responseCode: code, error: 'full' });
      await expect(stream.read()).rejects.toMatchObject({ code, error: 'full' });
      expect(it.aborts).toEqual([{ code, error: 'full' }]);
      expect(it.client.discardedMessages).toBe(0);
    },
  );

  test('by no other word of anybody on its messages', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    void stream.write(pattern(1));
    await it.settle();
    it.connection.answer('@hub', {}, { success: false, responseCode: 500 });
    it.connection.answer('hall', {}, { success: false, responseCode: 404 });
    it.connection.answer('@hub', {}, { success: true, responseCode: 202 });
    device.send(pattern(3));
    expect(await stream.read()).toEqual(pattern(3));
  });

  test.each([
    ['a gap', 503, { is: 'chunk', seq: 1 }],
    ['an end with a gap', 503, { is: 'finish', seq: 1 }],
    ['more credit than there may be', 400, { is: 'credit', bytes: limits.streamCreditBytesMax }],
  ] as const)('by %s, of which the device is told', async (_, code, part) => {
    const it = new StreamWorld();
    const { stream, device, id } = await it.open();
    device.say({ ...part, id });
    await expect(stream.read()).rejects.toMatchObject({ code });
    await it.settle();
    expect(device.aborted?.code).toBe(code);
  });

  test('by more than was allowed', async () => {
    const it = new StreamWorld();
    const { stream, device, id } = await it.open();
    for (let seq = 0; seq < 3; seq++) device.say({ is: 'chunk', id, seq }, pattern(65_536));
    await it.settle();
    expect(device.aborted?.code).toBe(400);
    expect((await stream.read())?.length).toBe(65_536);
    await expect(stream.read()).rejects.toMatchObject({ code: 400 });
  });

  test('by what comes behind its end', async () => {
    const it = new StreamWorld();
    const { device, id } = await it.open();
    device.send(pattern(1), { value: 1 });
    device.say({ is: 'chunk', id, seq: 1 }, pattern(1));
    await it.settle();
    expect(device.aborted?.code).toBe(400);
  });
});

describe('a stream that is not there', () => {
  const stream = makeStreamPart({ is: 'chunk', id: '"gone"', seq: 0 });

  test('is answered by one abort 404, not more', async () => {
    const it = new StreamWorld();
    for (let times = 0; times < 3; times++) it.say({ name: 'files.read', stream });
    expect(it.parts).toMatchObject([
      { messageType: 'Command', name: 'files.read', recipients: ['kitchen'] },
    ]);
    expect(streamOf(it.connection.last)).toMatchObject({ id: 'gone', abort: { code: 404 } });
  });

  test('of a Command is answered by a Response', async () => {
    const it = new StreamWorld();
    for (let times = 0; times < 3; times++) it.say({ name: 'x', stream }, 'hall', 'Command');
    expect(it.aborts).toHaveLength(1);
    expect(it.connection.last).toMatchObject({ messageType: 'Response', recipients: ['hall'] });
    expect(it.connection.last['response']).toBeUndefined();
  });

  test.each([
    makeStreamPart({ is: 'credit', id: '"gone"', bytes: 1 }),
    makeStreamPart({ is: 'abort', id: '"gone"', code: 404, error: '' }),
  ])('is not answered where nothing depends on it: %s', async (part) => {
    const it = new StreamWorld();
    it.say({ stream: part });
    expect(it.parts).toEqual([]);
  });

  test('because it is over is not answered either', async () => {
    const it = new StreamWorld();
    const { stream: opened, device, id } = await it.open();
    opened.abort();
    device.say({ is: 'chunk', id, seq: 0 }, pattern(1));
    expect(it.aborts).toHaveLength(1);
  });

  test('is what another one’s is to who has it not', async () => {
    const it = new StreamWorld();
    const { stream: opened, device, id } = await it.open();
    it.say({ stream: makeStreamPart({ is: 'chunk', id, seq: 0 }) }, 'hall');
    device.send(pattern(2));
    expect(await opened.read()).toEqual(pattern(2));
    expect(it.connection.last).toMatchObject({ recipients: ['hall'] });
  });
});

function leave(it: StreamWorld, subscriber: string): void {
  const value = { subscriber, reason: 'left' };
  it.connection.say({ messageType: 'Broadcast', name: 'hub.left', originator: '@hub', value });
}
