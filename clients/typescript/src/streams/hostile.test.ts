// SPDX-License-Identifier: MIT
// Parts that no honest device says: the client stays as it was, and holds no more than its windows.

import { expect, test } from 'vitest';
import { member } from '../json.ts';
import { limits } from '../limits.ts';
import { Chance } from '../testing/chance.ts';
import { pattern, streamOf, StreamWorld } from '../testing/stream_world.ts';
import { vectorsOf } from '../testing/vectors.ts';

test('parts of any kind in any order: no call throws, and each stream aborts once at most', async () => {
  const chance = new Chance('hostile parts');
  const texts = vectorsOf('streams/parts').map(({ input }) => new TextDecoder().decode(input));
  for (let world = 0; world < 20; world++) {
    const it = new StreamWorld();
    const opened = [await it.open(), await it.open()];
    const readings = opened.map(({ stream }) => stream.result().catch(() => undefined));
    for (let run = 0; run < 200; run++) {
      const text = texts[chance.below(texts.length)] ?? '{}';
      const id = opened[chance.below(2)]?.id ?? '';
      const blob = chance.below(2) ? { bytes: pattern(chance.below(70_000)) } : undefined;
      const messageType = chance.below(4) ? 'Response' : 'Command';
      it.say({ stream: text.replaceAll('"k"', id), blob, value: run }, 'kitchen', messageType);
    }
    for (const { stream } of opened) stream.abort();
    await Promise.all(readings);
    const ended = it.parts
      .filter((part) => member(streamOf(part), 'abort'))
      .map((part) => JSON.stringify([part['messageType'], streamOf(part)['id']]));
    expect(ended.length).toBe(new Set(ended).size);
    expect(it.client.state.phase).toBe('joined');
  }
});

test('many small chunks that nobody reads cost credit, so they are few', async () => {
  const it = new StreamWorld();
  const { stream, device, id } = await it.open();
  for (let seq = 0; seq < 1000; seq++) device.say({ is: 'chunk', id, seq }, pattern(1));
  await it.settle();
  expect(device.aborted?.code).toBe(400);
  let count = 0;
  while (await stream.read().catch(() => null)) count++;
  expect(count).toBeLessThanOrEqual(limits.streamWindowBytes / limits.streamChunkCostBytes);
});

test('chunks of streams that are not there are answered once each, and few of them remembered', () => {
  const it = new StreamWorld();
  const many = limits.streamsEndedMax * 4;
  for (let one = 0; one < many; one++) it.say({ stream: `{"id":${one},"seq":0}` });
  expect(it.aborts).toHaveLength(many);
  it.say({ stream: `{"id":${many - 1},"seq":1}` });
  expect(it.aborts).toHaveLength(many);
});

test('a malformed part is counted, and answered only where it is a Command', () => {
  const it = new StreamWorld();
  it.say({ stream: '{"id":"k","seq":1.0}' });
  it.say({ stream: 'null' });
  expect(it.client.discardedMessages).toBe(2);
  expect(it.parts).toEqual([]);
  it.say({ id: '7', stream: 'null' }, 'hall', 'Command');
  expect(it.connection.last).toMatchObject({
    recipients: ['hall'],
    response: { requestId: 7, responseCode: 400 },
  });
});
