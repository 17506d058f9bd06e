// SPDX-License-Identifier: MIT
// Streams in a sealed channel, from the client's API to a device that has only what was sealed.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ClientOptions } from '../client_options.ts';
import { limits } from '../limits.ts';
import { sealInWorker } from '../seal/port.ts';
import { loadPrimitives, type Primitives } from '../seal/primitives.ts';
import { DeviceStream } from '../testing/device_stream.ts';
import { SealedBus, workerInMemory } from '../testing/sealed_bus.ts';
import type { CarriedOut } from '../testing/sealed_device.ts';
import { SealedWorld } from '../testing/sealed_world.ts';
import { pattern } from '../testing/stream_world.ts';
import type { Stream } from './stream.ts';

let p: Primitives;
let it: SealedBus;
let device: DeviceStream;
/** The opening Command as the device has it. */
let opening: CarriedOut;

beforeAll(async () => {
  p = await loadPrimitives();
});

/** Has the device accept a stream, and hear what comes of it later. */
async function open(options: Partial<ClientOptions> = {}): Promise<Stream> {
  it = new SealedBus(p, options);
  await it.join();
  it.device.answer = (command, carriedOut) => {
    const isOpening = command.id !== null;
    if (!isOpening) return void device.hear(command);
    opening = carriedOut;
    const say = (message: Parameters<typeof it.device.say>[1]) =>
      queueMicrotask(() => it.hub(it.device.say(opening, message)).forEach((one) => it.say(one)));
    device = new DeviceStream(command.id ?? '', command.stream, say);
    return { value: 'yes', stream: device.acceptance };
  };
  return it.during(it.client.open('kitchen', 'files.read', { path: '/a' }));
}

async function all(stream: Stream): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for await (const bytes of stream) read.push(bytes);
  return Buffer.concat(read);
}

describe.each([
  ['here', {}],
  ['in a worker', { seal: sealInWorker(() => workerInMemory()) }],
] as const)('sealed %s', (_, options) => {
  test('both directions come whole and in order, with the value of either end', async () => {
    const stream = await open(options);
    expect(stream.accepted).toBe('yes');
    const bytes = pattern(1_500_000);
    device.send(bytes, { value: 'theirs' });
    const writing = (async () => {
      for (let at = 0; at < bytes.length; at += 100_000)
        await stream.write(bytes.subarray(at, at + 100_000));
      stream.end('ours');
    })();
    const read = await it.during(all(stream));
    await it.during(writing);
    await it.relayUntil(() => device.end !== undefined);
    expect(Buffer.from(read).equals(bytes)).toBe(true);
    expect(Buffer.from(device.received).equals(bytes)).toBe(true);
    expect([await stream.result(), device.end?.value]).toEqual(['theirs', 'ours']);
  });

  test('what is written stays the writer’s: nothing of it is taken to the worker', async () => {
    const stream = await open(options);
    const bytes = pattern(50_000);
    await stream.write(bytes.subarray(10, 20_010));
    await it.relayUntil(() => device.received.length === 20_000);
    expect(bytes).toEqual(pattern(50_000));
  });
});

describe('a sealed stream', () => {
  let stream: Stream;
  beforeEach(async () => {
    stream = await open();
  });

  test('shows the hub no more than any sealed message', async () => {
    await stream.write(pattern(10));
    await it.relayUntil(() => device.chunks.length > 0);
    for (const message of it.connection.received.slice(1)) {
      expect(message).not.toHaveProperty('stream');
      expect(message).not.toHaveProperty('name');
    }
    expect(it.client.discardedMessages).toBe(0);
  });

  test('that nobody takes holds the writer, and what waits in the socket holds the rest', async () => {
    device.takes = false;
    let written = 0;
    const writing = (async () => {
      for (;;) {
        await stream.write(pattern(16_384));
        written += 16_384;
      }
    })();
    writing.catch(() => {});
    for (let turns = 0; turns < 50; turns++) await it.during(Promise.resolve());
    await it.relayUntil(() => device.received.length > limits.streamWindowBytes * 0.9);
    expect(written).toBeLessThan(limits.streamWaitingBytesMax + limits.streamWindowBytes);
    stream.abort();
    await expect(writing).rejects.toMatchObject({ code: 503 });
  });

  test('dies by the hub’s report on one of its messages', async () => {
    await stream.write(pattern(10));
    await it.relayUntil(() => device.chunks.length > 0);
    it.connection.answer('@hub', { recipient: 'kitchen' }, { success: false, responseCode: 503 });
    await expect(it.during(stream.read())).rejects.toMatchObject({ code: 503 });
    expect(it.client.discardedMessages).toBe(0);
  });

  test('dies with its session', async () => {
    it.device.restart();
    await stream.write(pattern(10));
    await expect(it.during(stream.read())).rejects.toMatchObject({
      error: 'the session with kitchen has ended',
    });
  });

  test('dies when a message of its session is lost', async () => {
    it.device.say(opening, { name: 'it never comes' });
    device.send(pattern(10));
    expect(await it.during(stream.read())).toEqual(pattern(10));
    await expect(it.during(stream.read())).rejects.toMatchObject({
      error: 'an answer of kitchen did not come',
    });
    await it.relayUntil(() => device.aborted?.code === 503);
  });

  test('dies with the device and with the link', async () => {
    const reading = stream.read();
    const value = { subscriber: 'kitchen', reason: 'left' };
    it.connection.say({ messageType: 'Broadcast', name: 'hub.left', originator: '@hub', value });
    await expect(reading).rejects.toMatchObject({ error: 'kitchen left' });
    const again = (await open()).read();
    it.connection.drop();
    await expect(again).rejects.toMatchObject({ code: 503 });
    it.client.close();
  });

  test('that is unknown is answered by one abort, in its session', async () => {
    const heard: unknown[] = [];
    it.device.answer = ({ stream: part }) => void heard.push(part);
    for (const seq of [0, 1, 2])
      it.say(it.device.say(opening, { stream: `{"id":"gone","seq":${seq}}`, name: 'x' }));
    await it.relayUntil(() => heard.length > 0);
    for (let turns = 0; turns < 20; turns++) await it.during(Promise.resolve());
    expect(heard).toEqual(['{"id":"gone","abort":{"code":404,"error":"there is no such stream"}}']);
  });

  test('that is accepted too late is aborted', async () => {
    const heard: (string | undefined)[] = [];
    let asked: CarriedOut | undefined;
    it.device.answer = (command, carriedOut) => {
      if (command.id === null) heard.push(command.stream);
      else asked = carriedOut;
      return undefined;
    };
    const late = it.client.open('kitchen', 'files.read', {}, { timeoutMilliseconds: 50 });
    await expect(it.during(late)).rejects.toMatchObject({ code: 408 });
    await it.relayUntil(() => asked !== undefined);
    if (asked) it.say(it.device.reply(asked, { stream: '{"window":1000}', value: 1 }));
    await it.relayUntil(() => heard.length > 0);
    expect(heard[0]).toContain('"abort":{"code":404');
  });

  test('of a peer without a session tells that at once', () => {
    const world = new SealedWorld(p);
    const blob = pattern(5);
    world.channel.handle({
      kind: 'part',
      part: { peer: 'kitchen', stream: '"s"', envelope: '{}', blob },
    });
    expect(world.undone).toMatchObject([{ stream: '"s"', unsentBytes: 5, failure: { code: 503 } }]);
  });
});

describe('the session of a stream', () => {
  const hour = 3_600_000;

  test('is pinged and kept while the stream is open, and ends an hour behind it', () => {
    const world = new SealedWorld(p);
    world.ask();
    world.channel.handle({ kind: 'streaming', peer: 'kitchen', isStreaming: true });
    world.turn(3 * hour);
    expect(world.broken).toEqual([]);
    expect(world.device().pinged).toBeGreaterThan(10);
    world.channel.handle({ kind: 'streaming', peer: 'kitchen', isStreaming: false });
    world.turn(2 * hour);
    expect(world.broken).toEqual(['the session with kitchen has ended']);
  });

  test('is not made anew for an event’s key meanwhile', () => {
    const world = new SealedWorld(p, { wantsEvents: true });
    world.turn(60_000);
    const sessions = world.device().sessions.length;
    world.channel.handle({ kind: 'streaming', peer: 'kitchen', isStreaming: true });
    world.device().raiseEventKeys(limits.sealGenerationsAhead + 1);
    world.deliver(world.device().tell('view', 'tv.on', 1));
    world.turn(60_000);
    expect(world.device().sessions.length).toBe(sessions);
    expect(world.broken).toEqual([]);
  });
});
