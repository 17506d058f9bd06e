// SPDX-License-Identifier: MIT
// Asking a device for a stream.

import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { pattern, StreamWorld } from '../testing/stream_world.ts';
import { StreamError } from './stream_error.ts';

const window = limits.streamWindowBytes;

describe('opening', () => {
  test('the Command says what can be received, and the stream has what the device answered', async () => {
    const it = new StreamWorld();
    const opened = it.client.open('kitchen', 'files.read', { path: '/a' });
    expect(it.connection.last).toMatchObject({
      messageType: 'Command',
      name: 'files.read',
      recipients: ['kitchen'],
      value: { path: '/a' },
      stream: { window },
    });
    it.accept(window, { size: 7 });
    const stream = await opened;
    expect([stream.device, stream.accepted]).toEqual(['kitchen', { size: 7 }]);
  });

  test('a refusal rejects with its code and error, and frees what was reserved', async () => {
    const it = new StreamWorld();
    for (let times = 0; times < 2 * limits.streamsMax; times++) {
      const opened = it.client.open('kitchen', 'files.read');
      it.connection.answer('kitchen', {}, { success: false, responseCode: 404, error: 'no file' });
      const error = await opened.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StreamError);
      expect(error).toMatchObject({ code: 404, error: 'no file', message: 'no file' });
    }
  });

  test('an answer that accepts no stream rejects with 501', async () => {
    const it = new StreamWorld();
    const opened = it.client.open('kitchen', 'agent.ping');
    it.connection.answer('kitchen', {});
    await expect(opened).rejects.toMatchObject({ code: 501 });
  });

  test.each([['*'], ['@hub']])('to %s is refused: a stream has one recipient', async (device) => {
    const it = new StreamWorld();
    await expect(it.client.open(device, 'files.read')).rejects.toMatchObject({ code: 400 });
  });

  test('without a connection rejects with 503', async () => {
    const it = new StreamWorld();
    it.connection.drop();
    await expect(it.client.open('kitchen', 'files.read')).rejects.toMatchObject({ code: 503 });
    it.client.close();
  });

  test('rejects when the device leaves, or nobody can be reached, before it answers', async () => {
    const it = new StreamWorld();
    const left = it.client.open('hall', 'files.read');
    leave(it, 'hall');
    await expect(left).rejects.toMatchObject({ code: 404 });
    const nobody = it.client.open('attic', 'files.read');
    it.connection.answer('@hub', { recipient: 'attic' }, { success: false, responseCode: 404 });
    await expect(nobody).rejects.toMatchObject({ code: 404 });
  });

  test('all windows together are at most a quarter of the queue at the hub', async () => {
    const it = new StreamWorld({ queueBytes: 4 * 80_000 });
    const windows: unknown[] = [];
    let refused = 0;
    for (let times = 0; times < 8; times++) {
      const before = it.connection.received.length;
      void it.client.open('kitchen', 'files.read').catch(() => refused++);
      if (it.connection.received.length > before) windows.push(it.connection.last['stream']);
    }
    await it.settle();
    expect(windows).toEqual([
      { window: 20_000 },
      { window: limits.streamWindowBytesMin },
      { window: limits.streamWindowBytesMin },
      { window: limits.streamWindowBytesMin },
    ]);
    expect(refused).toBe(4);
  });

  test('so many at once and no more, until one of them is over', async () => {
    const it = new StreamWorld({ queueBytes: 2 ** 30 });
    const opened = [];
    for (let count = 0; count < limits.streamsMax; count++) opened.push(await it.open());
    await expect(it.client.open('kitchen', 'files.read')).rejects.toMatchObject({ code: 503 });
    opened[0]?.stream.abort();
    await it.open();
  });

  test('that a device accepts too late is aborted, once', async () => {
    const it = new StreamWorld();
    const opened = it.client.open('kitchen', 'files.read', {}, { timeoutMilliseconds: 1 });
    await expect(opened).rejects.toMatchObject({ code: 408 });
    it.accept();
    const { device } = it.accept();
    await it.settle();
    expect(it.aborts).toHaveLength(1);
    expect(device.aborted?.code).toBe(404);
  });

  test('a second acceptance changes nothing', async () => {
    const it = new StreamWorld();
    const { stream, device, id } = await it.open();
    const response = { requestId: id, success: true, responseCode: 200 };
    it.say({ stream: '{"window":1}', response });
    device.send(pattern(3));
    expect(await stream.read()).toEqual(pattern(3));
    expect(it.aborts).toEqual([]);
  });

  test('a hub that does not tell of its queue is taken to have the usual one', async () => {
    const it = new StreamWorld({ queueBytes: null });
    await it.open();
  });
});

function leave(it: StreamWorld, subscriber: string): void {
  const value = { subscriber, reason: 'left' };
  it.connection.say({ messageType: 'Broadcast', name: 'hub.left', originator: '@hub', value });
}
