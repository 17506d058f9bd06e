// SPDX-License-Identifier: MIT
// A client in a sealed channel: what it says, and whom it believes (docs/protocol.md section 8).

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeBinary } from './binary.ts';
import { limits } from './limits.ts';
import type { JsonObject } from './json.ts';
import { bytesOfHex } from './seal/bytes.ts';
import { identitiesInMemory } from './seal/identities.ts';
import { fingerprintOf } from './seal/keys.ts';
import type { ChannelEvent, PeerIdentity } from './seal/messages.ts';
import { sealHere, sealInWorker } from './seal/port.ts';
import { loadPrimitives, type Primitives } from './seal/primitives.ts';
import { FakeBus, stamped } from './testing/fake_bus.ts';
import { SealedBus, until, workerInMemory } from './testing/sealed_bus.ts';
import { channelName, ownName, testKeys } from './testing/sealed_world.ts';

let p: Primitives;
let it: SealedBus;

beforeAll(async () => {
  p = await loadPrimitives();
});
beforeEach(() => {
  it = new SealedBus(p);
});

describe('joining a sealed channel', () => {
  test('offers the key that is made of the password, never the password', async () => {
    it = new SealedBus(p, { password: 'a password of tests' });
    it.client.connect();
    expect(it.client.state.phase).toBe('connecting');
    await until(() => it.bus.connections.length > 0);
    it.connection.open();
    expect(it.connection.last['key']).toBe(testKeys(p).joinKey);
    expect(it.connection.texts.join()).not.toContain('a password of tests');
    expect(it.client.grant).toMatchObject({ level: 'control', viewLink: testKeys(p).viewLink });
  });

  test('with a view link offers the same key, and gives level view', async () => {
    await it.join();
    expect(it.connection.received[0]?.['key']).toBe(testKeys(p).joinKey);
    expect(it.client.grant?.level).toBe('view');
  });

  test('with half a view link says so, and joins nothing', async () => {
    it = new SealedBus(p, { password: 'view1.abc' });
    it.client.connect();
    await until(() => it.client.state.phase === 'refused');
    expect(it.client.state).toMatchObject({ refusal: { code: 400 } });
    expect(it.bus.connections).toHaveLength(0);
  });

  test('with nowhere to seal joins nothing: it is never plain instead', () => {
    const { seal: _, ...options } = { seal: sealHere };
    it = new SealedBus(p, { ...options, seal: undefined as never });
    it.client.connect();
    expect(it.client.state).toMatchObject({ phase: 'refused', refusal: { code: 501 } });
    expect(it.bus.connections).toHaveLength(0);
  });

  test('that is closed while the keys are made joins nothing', async () => {
    it.client.connect();
    it.client.close();
    await loadPrimitives();
    await new Promise((resolve) => setImmediate(resolve));
    expect(it.bus.connections).toHaveLength(0);
    expect(it.client.state.phase).toBe('closed');
  });
});

describe('asking in a sealed channel', () => {
  beforeEach(() => it.join());

  test('one: the answer is the device’s own, blobs included', async () => {
    it.device.answer = ({ value, blob }) => ({ value: value ?? null, ...(blob ? { blob } : {}) });
    const blob = { bytes: Uint8Array.of(1, 2, 3) };
    const reply = await it.during(it.client.request('kitchen', 'files.write', { a: 1 }, { blob }));
    expect(reply).toMatchObject({ from: 'kitchen', success: true, value: { a: 1 } });
    expect(reply.blob?.bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(it.client.discardedMessages).toBe(0);
  });

  test('shows the hub neither name nor value, and gives each message an id of its own', async () => {
    await it.during(it.client.request('kitchen', 'files.write', { path: '/secret' }));
    const sealed = it.connection.received.filter((message) => message['sealed'] === 1);
    expect(sealed.length).toBeGreaterThan(1);
    for (const message of sealed)
      expect(Object.keys(message).sort()).toEqual([
        'blob',
        'id',
        'messageType',
        'recipients',
        'sealed',
      ]);
    expect(new Set(sealed.map(({ id }) => id)).size).toBe(sealed.length);
  });

  test('everyone: it is sealed for each device, and people are not asked', async () => {
    it.connection.say({
      messageType: 'Broadcast',
      name: 'hub.joined',
      originator: '@hub',
      value: { subscriber: 'anna', device: false },
    });
    const replies = await it.during(it.client.requestMany(['*'], 'agent.ping'));
    expect([...replies.keys()]).toEqual(['kitchen']);
  });

  test('everyone where no device is: there are no replies', async () => {
    it.connection.say(presence('hub.left', { subscriber: 'kitchen' }));
    expect((await it.client.requestMany(['*'], 'agent.ping')).size).toBe(0);
  });

  test('everyone without a link fails with 503, and does not pass for nobody', async () => {
    it.connection.say(presence('hub.left', { subscriber: 'kitchen' }));
    it.connection.drop();
    const replies = await it.client.requestMany(['*'], 'agent.ping');
    expect([...replies.values()]).toMatchObject([{ from: '*', code: 503 }]);
    it.client.close();
  });

  test('everyone in a crowd fails with 501: nobody knows for whom to seal', async () => {
    it.connection.say(presence('hub.presence', { subscriberCount: 1001 }));
    const replies = await it.client.requestMany(['*'], 'agent.ping');
    expect([...replies.values()]).toMatchObject([{ from: '*', code: 501 }]);
  });

  test('the hub itself, in plain', async () => {
    const reply = it.client.request('@hub', 'hub.list', {});
    expect(it.connection.last).toMatchObject({ name: 'hub.list', recipients: ['@hub'] });
    it.connection.answer('@hub', { subscribers: ['kitchen'] });
    expect((await reply).value).toEqual({ subscribers: ['kitchen'] });
  });

  test('with more than the hub takes fails with 413, and nothing is sent', async () => {
    const sent = it.connection.sent.length;
    const blob = { bytes: new Uint8Array(limits.textBytesMax) };
    const reply = await it.client.request('kitchen', 'files.write', {}, { blob });
    expect(reply.code).toBe(413);
    expect(it.connection.sent).toHaveLength(sent);
  });

  test('as much as its base64 makes too large for a hub of texts fails as well', async () => {
    const bus = new FakeBus('');
    it = new SealedBus(p, { open: bus.open });
    it.client.connect();
    await until(() => bus.connections.length > 0);
    bus.latest.admit(['kitchen'], { maxTextBytes: 100_000 });
    const blob = { bytes: new Uint8Array(80_000) };
    const reply = await it.client.request('kitchen', 'files.write', {}, { blob });
    expect(reply.code).toBe(413);
    expect(bus.latest.received).toHaveLength(1);
  });

  test('with an envelope longer than a plain binary message may have', async () => {
    const value = { text: 'x'.repeat(limits.binaryEnvelopeBytesMax * 2) };
    const reply = await it.during(it.client.request('kitchen', 'files.write', value));
    expect(reply.value).toEqual(value);
  });

  test('one who leaves: it is not known whether it was carried out', async () => {
    it.hub = () => [];
    const reply = it.client.request('kitchen', 'agent.ping');
    it.connection.say(presence('hub.left', { subscriber: 'kitchen' }));
    expect((await reply).error).toContain('not known whether');
  });

  test('and a link that breaks: what waits fails, and what follows is served again', async () => {
    await it.during(it.client.request('kitchen', 'agent.ping'));
    const reply = it.client.request('kitchen', 'agent.ping');
    it.connection.drop();
    expect((await reply).code).toBe(503);
    await it.join();
    expect((await it.during(it.client.request('kitchen', 'agent.ping'))).success).toBe(true);
    expect(it.device.sessions).toHaveLength(1);
  });

  test('what the hub dropped fails what was sent, not what waits for its session', async () => {
    const dropped = presence('hub.dropped', { from: { kitchen: { responses: 1 } } });
    const waiting = it.client.request('kitchen', 'agent.ping', { waits: true });
    it.connection.say(dropped);
    expect((await it.during(waiting)).value).toEqual({ waits: true });
    it.hub = () => [];
    const { last } = it.connection;
    const sent = it.client.request('kitchen', 'agent.ping');
    await it.relayUntil(() => it.connection.last !== last);
    it.connection.say(dropped);
    expect(await sent).toMatchObject({ code: 503 });
    expect((await sent).error).toContain('not known whether');
  });

  test('progress counts nothing as sent before it is sealed', async () => {
    const told: number[] = [];
    const blob = { bytes: new Uint8Array(1000) };
    const onProgress = (sent: number) => told.push(sent);
    await it.during(it.client.request('kitchen', 'files.write', {}, { blob, onProgress }));
    expect(told[0]).toBe(0);
  });

  test('telling events is for devices', () => {
    expect(it.client.broadcast('note', 'text')?.code).toBe(501);
    expect(it.connection.received.some(({ messageType }) => messageType === 'Broadcast')).toBe(
      false,
    );
  });
});

describe('what comes in plain', () => {
  const events: ChannelEvent[] = [];
  beforeEach(async () => {
    events.length = 0;
    it.client.eventReceived.add((event) => events.push(event));
    await it.join();
  });

  test('an answer in the device’s place is not believed', async () => {
    const sealedReply = it.client.request('kitchen', 'agent.ping', { true: 1 });
    await it.relayUntil(() => it.device.carriedOut.length > 0);
    const inner = it.device.carriedOut[0]?.envelope.id ?? '';
    it.connection.say(
      `{"messageType":"Response","originator":"kitchen","recipients":["phone"],"value":"forged",` +
        `"response":{"requestId":${inner},"success":true,"responseCode":200}}`,
    );
    expect((await it.during(sealedReply)).value).toEqual({ true: 1 });
    expect(it.client.discardedMessages).toBe(1);
  });

  test('not even of the hub, which cannot name what it has not seen', async () => {
    it.hub = (message) =>
      message.messageType === 'Response' && message.blob[0] === 3 ? [] : [message];
    const reply = it.client.request('kitchen', 'agent.ping');
    await it.relayUntil(() => it.device.carriedOut.length > 0);
    const inner = it.device.carriedOut[0]?.envelope.id ?? '';
    for (const name of ['hub.ping', 'agent.ping'])
      it.connection.say(
        `{"messageType":"Response","name":"${name}","originator":"@hub","recipients":["phone"],` +
          `"value":{},"response":{"requestId":${inner},"success":true,"responseCode":200}}`,
      );
    const outcome = await Promise.race([reply, Promise.resolve('waits')]);
    expect(outcome).toBe('waits');
    it.client.close();
  });

  test('a Command is answered 403, once, with its id byte for byte', () => {
    it.connection.say(
      '{"messageType":"Command","id":12345678901234567890,"name":"tv.on","originator":"hall","recipients":["phone"]}',
    );
    expect(it.connection.texts.at(-1)).toContain('"requestId":12345678901234567890');
    expect(it.connection.last).toMatchObject({
      recipients: ['hall'],
      response: { success: false, responseCode: 403 },
    });
  });

  test.each<[string, JsonObject]>([
    ['an event of a device', { originator: 'kitchen', name: 'gpio.edge', value: 1 }],
    ['an event of the hub that is none of its own', { originator: '@hub', name: 'gpio.edge' }],
    ['a local event', { originator: '@client', name: 'seal.lost', value: { from: {} } }],
    ['one that says it is half sealed', { originator: '@hub', name: 'hub.joined', sealed: 2 }],
  ])('%s is dropped', (_, message) => {
    it.connection.say({ messageType: 'Broadcast', ...message });
    expect(events).toEqual([]);
    expect(it.client.discardedMessages).toBe(1);
  });

  test('nobody is present whose name no subscriber can have', () => {
    for (const subscriber of ['*', '@hub'])
      it.connection.say(presence('hub.joined', { subscriber, device: true }));
    it.connection.say(presence('hub.presence', { subscribers: ['*', 'attic'], devices: ['*'] }));
    expect(it.client.subscribers.map(({ name }) => name)).toEqual(['attic']);
  });

  test('the hub’s presence is taken', () => {
    it.connection.say(presence('hub.joined', { subscriber: 'attic', device: true }));
    expect(it.client.subscribers.map(({ name }) => name)).toEqual(['kitchen', 'attic']);
    expect(it.client.discardedMessages).toBe(0);
  });

  test.each([400, 404, 408, 413, 503])(
    'the hub’s %d on a sealed message is heard',
    async (code) => {
      await it.during(it.client.request('kitchen', 'agent.ping'));
      it.hub = () => [];
      const { last } = it.connection;
      const reply = it.client.request('kitchen', 'agent.ping');
      await it.relayUntil(() => it.connection.last !== last);
      it.connection.answer(
        '@hub',
        { recipient: 'kitchen' },
        { success: false, responseCode: code, error: 'so it is' },
      );
      const error = 'so it is: not known whether it was carried out';
      expect(await reply).toMatchObject({ code, error });
    },
  );

  test.each([
    [200, false],
    [202, false],
    [403, false],
    [429, false],
    [500, false],
    [200, true],
    [404, true],
  ])('anything else of the hub’s, as %d with success %s, is not', async (responseCode, success) => {
    it.hub = () => [];
    void it.client.request('kitchen', 'agent.ping');
    await it.relayUntil(() => it.connection.last['sealed'] === 1);
    it.connection.answer('@hub', { recipient: 'kitchen' }, { success, responseCode });
    expect(it.client.discardedMessages).toBe(1);
    it.client.close();
  });
});

describe('a message that says it is sealed', () => {
  const parts: readonly [string, JsonObject][] = [
    ['a name', { name: 'tv.on' }],
    ['a value', { value: 1 }],
    ['a stream', { stream: { id: 'x' } }],
    ['a time to expire', { expiresAt: '2026-11-22T21:48:07Z' }],
    ['a response', { response: { requestId: 'x', success: true, responseCode: 200 } }],
  ];

  test.each(parts)('with %s outside is dropped', async (_, extra) => {
    await it.join();
    const blob = new Uint8Array(17).fill(5);
    const encoded = encodeBinary({
      messageType: 'Response',
      sealed: 1,
      blob: { bytes: blob },
    });
    if (!encoded.ok) throw new Error(encoded.failure.error);
    const text = JSON.stringify(extra).slice(1, -1);
    it.connection.sayBytes(withMember(stamped(encoded.value, 'kitchen'), text));
    expect(it.client.discardedMessages).toBe(1);
  });

  test.each(['@client', '@hub', '*', 'x'.repeat(limits.nameBytesMax + 1)])(
    'of %s, whom no subscriber can be, is dropped before anything else',
    async (from) => {
      it = new SealedBus(p, { hearsEvents: true });
      await it.join();
      const { sent } = it.connection;
      const before = sent.length;
      const hello = Uint8Array.from([1, 2, ...new Array<number>(64).fill(7)]);
      it.say({ messageType: 'Command', from, to: ownName, blob: hello });
      expect(it.client.discardedMessages).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(
        sent.slice(before).filter(({ envelope }) => envelope['messageType'] === 'Response'),
      ).toEqual([]);
    },
  );

  test('is nothing in a channel that is open', () => {
    it = new SealedBus(p, { password: '' });
    const events: unknown[] = [];
    it.client.eventReceived.add((event) => events.push(event));
    it.client.connect();
    it.connection.admit(['kitchen']);
    it.say(it.device.tell('view', 'gpio.edge', 1));
    expect(events).toEqual([]);
    expect(it.client.discardedMessages).toBe(1);
  });

  function withMember(message: Uint8Array, member: string): Uint8Array {
    const size = new DataView(message.buffer).getUint32(0, true);
    const text = new TextDecoder().decode(message.subarray(4, 4 + size));
    const head = new TextEncoder().encode(`{${member},${text.slice(1)}`);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, head.length, true);
    return Uint8Array.from([...length, ...head, ...message.subarray(4 + size)]);
  }
});

test('events of a sealed channel are heard', async () => {
  it = new SealedBus(p, { hearsEvents: true });
  const events: ChannelEvent[] = [];
  it.client.eventReceived.add((event) => events.push(event));
  await it.join();
  await it.relayUntil(() => it.device.sessions.some(({ isConfirmed }) => isConfirmed));
  it.say(it.device.tell('view', 'gpio.edge', 4));
  await until(() => events.length > 0);
  expect(events).toEqual([{ from: 'kitchen', name: 'gpio.edge', value: 4, blob: undefined }]);
});

describe('a device’s identity', () => {
  const met: PeerIdentity[] = [];
  const identities = identitiesInMemory();

  async function joinedWith(key: string | undefined): Promise<void> {
    met.length = 0;
    it = new SealedBus(p, { identities });
    if (key !== undefined) identities.write(channelName, 'kitchen', key);
    it.client.identityMet.add((identity) => met.push(identity));
    await it.join();
  }

  const offered = () => fingerprintOf(p, bytesOfHex(it.device.publicKey));

  test('is remembered when it is first met', async () => {
    await joinedWith(undefined);
    await it.during(it.client.request('kitchen', 'agent.ping'));
    expect(met.map(({ state }) => state)).toEqual(['first']);
    expect(identities.read(channelName, 'kitchen')).toBe(it.device.publicKey);
    expect(it.client.identityOf('kitchen')?.fingerprint).toBe(offered());
  });

  test('that changed is refused with 495, until a person accepts just that one', async () => {
    await joinedWith('11'.repeat(32));
    const refused = await it.during(it.client.request('kitchen', 'agent.ping'));
    expect(refused.code).toBe(495);
    expect(it.client.trust('kitchen', 'some-thing-else')).toBe(false);
    expect(it.client.trust('hall', offered())).toBe(false);
    expect(identities.read(channelName, 'kitchen')).toBe('11'.repeat(32));
    expect(it.client.trust('kitchen', offered())).toBe(true);
    expect(identities.read(channelName, 'kitchen')).toBe(it.device.publicKey);
    const reply = await it.during(it.client.request('kitchen', 'agent.ping'));
    expect(reply.success).toBe(true);
    expect(met.map(({ state }) => state)).toEqual(['changed', 'remembered', 'remembered']);
  });
});

test('an identity that changed is told to one who only listens', async () => {
  const identities = identitiesInMemory();
  identities.write(channelName, 'kitchen', '11'.repeat(32));
  it = new SealedBus(p, { hearsEvents: true, identities });
  const met: PeerIdentity[] = [];
  const events: ChannelEvent[] = [];
  it.client.identityMet.add((identity) => met.push(identity));
  it.client.eventReceived.add((event) => events.push(event));
  await it.join();
  await it.relayUntil(() => events.length > 0);
  const [fingerprint, remembered] = [it.device.publicKey, '11'.repeat(32)].map((key) =>
    fingerprintOf(p, bytesOfHex(key)),
  );
  expect(met).toMatchObject([{ state: 'changed', fingerprint, remembered }]);
  const value = { subscriber: 'kitchen', remembered, fingerprint };
  expect(events).toEqual([{ from: '@client', name: 'seal.changed', value, blob: undefined }]);
});

test('a worker seals as the page itself would, and in order', async () => {
  it = new SealedBus(p, { seal: sealInWorker(() => workerInMemory()) });
  await it.join();
  const replies = await it.during(
    Promise.all([1, 2, 3].map((value) => it.client.request('kitchen', 'agent.ping', { value }))),
  );
  expect(replies.map(({ value }) => value)).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
  expect(it.device.carriedOut.map(({ envelope }) => envelope.value)).toEqual(
    replies.map(({ value }) => value),
  );
});

test('a worker that does not start is told, and nothing is joined in plain', async () => {
  const listeners: (() => void)[] = [];
  const dead = {
    postMessage: () => {},
    terminate: () => {},
    addEventListener: (type: string, listener: () => void) => {
      if (type === 'error') listeners.push(listener);
    },
  };
  it = new SealedBus(p, { seal: sealInWorker(() => dead as unknown as Worker) });
  it.client.connect();
  for (const listener of listeners) listener();
  expect(it.client.state).toMatchObject({ phase: 'refused', refusal: { code: 501 } });
  expect(it.bus.connections).toHaveLength(0);
});

function presence(name: string, value: JsonObject): JsonObject {
  return { messageType: 'Broadcast', name, originator: '@hub', value };
}
