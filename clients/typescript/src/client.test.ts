// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from './client.ts';
import type { ClientOptions } from './client_options.ts';
import { encodeBinary } from './binary.ts';
import { limits } from './limits.ts';
import type { PresenceChange } from './presence.ts';
import { subscribersMax } from './roster.ts';
import { FakeBus, stamped } from './testing/fake_bus.ts';

let bus: FakeBus;

beforeEach(() => {
  vi.useFakeTimers();
  bus = new FakeBus();
});
afterEach(() => {
  vi.useRealTimers();
});

function clientOf(options: Partial<ClientOptions> = {}): Client {
  return new Client({
    url: 'ws://hub/bus',
    channel: 'home',
    subscriber: 'phone',
    password: 'secret',
    sealed: false,
    instance: 'i',
    open: bus.open,
    ...options,
  });
}

function joinedClient(subscribers: readonly string[] = ['kitchen', 'hall']): Client {
  const client = clientOf();
  client.connect();
  bus.latest.admit(subscribers, { devices: subscribers.filter((name) => name !== 'hall') });
  return client;
}

describe('joining', () => {
  test('the first message is the join, with the password as the key', () => {
    clientOf().connect();
    bus.latest.open();
    expect(bus.latest.received).toEqual([
      {
        messageType: 'Join',
        channel: 'home',
        subscriber: 'phone',
        key: 'secret',
        instance: 'i',
        maxMessageBytes: limits.textBytesMax,
      },
    ]);
  });

  test('an empty password offers no key, for open channels', () => {
    clientOf({ password: '' }).connect();
    bus.latest.open();
    expect(bus.latest.last).not.toHaveProperty('key');
  });

  test('the answer tells who is there, and who of them is a device', () => {
    const client = joinedClient();
    expect(client.state.phase).toBe('joined');
    expect(client.subscribers).toEqual([
      { name: 'kitchen', device: true },
      { name: 'hall', device: false },
    ]);
  });

  test('a refusal is told with its code and error, and not tried again', () => {
    const client = clientOf();
    client.connect();
    bus.latest.refuse(429, 'too many wrong keys', { retryAfterSeconds: 12 });
    expect(client.state).toEqual({
      phase: 'refused',
      refusal: { code: 429, error: 'too many wrong keys', retryAfterSeconds: 12 },
    });
    vi.advanceTimersByTime(600_000);
    expect(bus.connections).toHaveLength(1);
  });

  test('a close with 4000 + code is a refusal even when its message was lost', () => {
    const client = clientOf();
    client.connect();
    bus.latest.open();
    bus.latest.drop(4401, 'wrong key');
    expect(client.state).toEqual({ phase: 'refused', refusal: { code: 401, error: 'wrong key' } });
  });

  test('a hub that is full is tried again', () => {
    const client = clientOf();
    client.connect();
    bus.latest.refuse(503, 'the hub is full');
    expect(client.state.phase).toBe('waiting');
    vi.advanceTimersByTime(60_000);
    expect(bus.connections.length).toBeGreaterThan(1);
  });

  test('a first message that answers no join ends the connection', () => {
    const client = clientOf();
    client.connect();
    bus.latest.open();
    bus.latest.say('hello');
    expect(client.state.phase).toBe('waiting');
    expect(bus.latest.isClosedByClient).toBe(true);
  });

  test('a hub that says nothing is given up', () => {
    const client = clientOf();
    client.connect();
    bus.latest.open();
    vi.advanceTimersByTime((limits.joinSeconds + limits.replacePingSeconds) * 1000);
    expect(client.state.phase).toBe('waiting');
  });
});

describe('staying connected', () => {
  test('a lost connection comes back by itself, with the same instance', () => {
    const client = joinedClient();
    bus.latest.drop();
    expect(client.state.phase).toBe('waiting');
    vi.advanceTimersByTime(1000);
    bus.latest.open();
    expect(bus.connections).toHaveLength(2);
    expect(bus.latest.last['instance']).toBe('i');
  });

  test('waits grow from attempt to attempt, up to a bound', () => {
    const client = clientOf({ backoff: { firstMilliseconds: 100, longestMilliseconds: 800 } });
    client.connect();
    const waits = Array.from({ length: 6 }, () => {
      bus.latest.drop();
      const state = client.state;
      const wait = state.phase === 'waiting' ? state.retryAt - Date.now() : 0;
      vi.advanceTimersByTime(wait);
      return wait;
    });
    const bounds = [100, 200, 400, 800, 800, 800];
    waits.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual((bounds[index] ?? 0) / 2);
      expect(wait).toBeLessThanOrEqual(bounds[index] ?? 0);
    });
  });

  test('a replaced client does not fight for its name', () => {
    const client = joinedClient();
    bus.latest.drop(4409);
    expect(client.state.phase).toBe('replaced');
    vi.advanceTimersByTime(600_000);
    expect(bus.connections).toHaveLength(1);
  });

  test('each heartbeat asks the hub, and a hub silent for twice that is left', () => {
    const client = joinedClient();
    vi.advanceTimersByTime(30_000);
    expect(bus.latest.last).toMatchObject({
      messageType: 'Command',
      name: 'hub.ping',
      recipients: ['@hub'],
    });
    bus.latest.answer('@hub', { time: new Date().toISOString() });
    vi.advanceTimersByTime(30_000);
    expect(client.state.phase).toBe('joined');
    const phases: string[] = [];
    client.stateChanged.add(({ phase }) => phases.push(phase));
    vi.advanceTimersByTime(60_000);
    expect(phases[0]).toBe('waiting');
    expect(bus.connections[0]?.isClosedByClient).toBe(true);
  });

  test('after close() nothing happens any more', () => {
    const client = joinedClient();
    client.close();
    vi.advanceTimersByTime(600_000);
    expect(client.state.phase).toBe('closed');
    expect(bus.connections).toHaveLength(1);
  });
});

describe('asking one', () => {
  test('the answer of the one who was asked is the reply', async () => {
    const reply = joinedClient().request('kitchen', 'agent.ping');
    bus.latest.answer('kitchen', { time: 'now' });
    expect(await reply).toMatchObject({
      from: 'kitchen',
      success: true,
      code: 200,
      value: { time: 'now' },
    });
  });

  test('an answer from somebody else is discarded', async () => {
    const client = joinedClient();
    const reply = client.request('kitchen', 'agent.ping');
    bus.latest.answer('hall', { time: 'forged' });
    expect(client.discardedMessages).toBe(1);
    bus.latest.answer('kitchen', { time: 'true' });
    expect((await reply).value).toEqual({ time: 'true' });
  });

  test('a second answer is discarded', async () => {
    const client = joinedClient();
    const reply = client.request('kitchen', 'agent.ping');
    bus.latest.answer('kitchen', { time: 'first' });
    bus.latest.answer('kitchen', { time: 'second' });
    expect((await reply).value).toEqual({ time: 'first' });
    expect(client.discardedMessages).toBe(1);
  });

  test('a failure is a reply with its code and error', async () => {
    const reply = joinedClient().request('kitchen', 'files.stat', { path: '/x' });
    bus.latest.answer('kitchen', {}, { success: false, responseCode: 404, error: 'no such file' });
    expect(await reply).toMatchObject({ success: false, code: 404, error: 'no such file' });
  });

  test('what the hub cannot deliver fails with the hub’s code', async () => {
    const reply = joinedClient().request('cellar', 'agent.ping');
    bus.latest.answer(
      '@hub',
      { recipient: 'cellar' },
      { success: false, responseCode: 404, error: 'no such subscriber' },
    );
    expect(await reply).toMatchObject({
      from: 'cellar',
      success: false,
      code: 404,
      error: 'no such subscriber',
    });
  });

  test('silence ends at the deadline', async () => {
    const reply = joinedClient().request(
      'kitchen',
      'agent.ping',
      {},
      { timeoutMilliseconds: 2000 },
    );
    vi.advanceTimersByTime(2000);
    expect(await reply).toMatchObject({ success: false, code: 408 });
  });

  test('the command expires at the deadline by the hub’s clock', () => {
    const client = clientOf();
    client.connect();
    bus.latest.admit(['kitchen'], { time: new Date(Date.now() + 3_600_000).toISOString() });
    void client.request('kitchen', 'agent.ping', {}, { timeoutMilliseconds: 5000 });
    expect(bus.latest.last['expiresAt']).toBe(new Date(Date.now() + 3_605_000).toISOString());
  });

  test('without a connection the reply says so at once', async () => {
    const reply = await clientOf().request('kitchen', 'agent.ping');
    expect(reply).toMatchObject({ success: false, code: 503 });
  });

  test('a lost connection fails what waits', async () => {
    const reply = joinedClient().request('kitchen', 'agent.ping');
    bus.latest.drop();
    expect(await reply).toMatchObject({ success: false, code: 503 });
  });

  test('one who leaves fails what waits for them', async () => {
    const reply = joinedClient().request('kitchen', 'agent.ping');
    bus.latest.say({
      messageType: 'Broadcast',
      name: 'hub.left',
      originator: '@hub',
      value: { subscriber: 'kitchen', reason: 'lost' },
    });
    expect(await reply).toMatchObject({ success: false, code: 404 });
  });

  test('answers that the hub dropped fail what waits for those who gave them', async () => {
    const client = joinedClient();
    const [kitchen, hall] = [
      client.request('kitchen', 'agent.ping'),
      client.request('hall', 'agent.ping'),
    ];
    bus.latest.say({
      messageType: 'Broadcast',
      name: 'hub.dropped',
      originator: '@hub',
      value: {
        from: { kitchen: { broadcasts: 0, responses: 1 }, hall: { broadcasts: 3, responses: 0 } },
      },
    });
    expect(await kitchen).toMatchObject({ success: false, code: 503 });
    bus.latest.answer('hall', { time: 'now' });
    expect((await hall).success).toBe(true);
  });

  test('what the hub dropped of its own may have been about anybody', async () => {
    const client = joinedClient();
    const reply = client.request('kitchen', 'agent.ping');
    bus.latest.say({
      messageType: 'Broadcast',
      name: 'hub.dropped',
      originator: '@hub',
      value: { from: { '@hub': { broadcasts: 0, responses: 1 } } },
    });
    expect(await reply).toMatchObject({ success: false, code: 503 });
  });
});

describe('a message that is longer than the hub takes', () => {
  const clientOfASmallHub = (): Client => {
    const client = clientOf();
    client.connect();
    bus.latest.admit(['kitchen'], { maxTextBytes: 1000 });
    return client;
  };

  test('is answered with 413 and not sent, and the connection goes on', async () => {
    const client = clientOfASmallHub();
    const sent = bus.latest.received.length;
    const reply = await client.request('kitchen', 'files.write', { text: 'x'.repeat(1000) });
    expect([reply.success, reply.code]).toEqual([false, 413]);
    expect(bus.latest.received).toHaveLength(sent);
    expect(client.broadcast('note', 'short')).toBeUndefined();
  });

  test('is measured in bytes, not in characters', () => {
    const client = clientOfASmallHub();
    expect(client.broadcast('note', 'x'.repeat(800))).toBeUndefined();
    expect(client.broadcast('note', 'é'.repeat(800))?.code).toBe(413);
  });

  test('is measured with its blob', () => {
    const blob = { bytes: new Uint8Array(1000) };
    expect(clientOfASmallHub().broadcast('note', {}, blob)?.code).toBe(413);
  });
});

describe('asking several', () => {
  test('each has its own reply, told as it comes', async () => {
    const heard: string[] = [];
    const replies = joinedClient().requestMany(
      ['kitchen', 'hall'],
      'shell.run',
      { command: 'true' },
      {
        onReply: (reply) => heard.push(reply.from),
      },
    );
    bus.latest.answer('hall', { exitCode: 0 });
    expect(heard).toEqual(['hall']);
    bus.latest.answer('kitchen', {}, { success: false, responseCode: 403, error: 'denied' });
    expect([...(await replies).values()].map(({ from, code }) => [from, code])).toEqual([
      ['hall', 200],
      ['kitchen', 403],
    ]);
  });

  test('with * the hub says whom it reached, and those are waited for', async () => {
    const replies = joinedClient().requestMany(['*'], 'agent.ping');
    bus.latest.answer('@hub', { recipients: ['kitchen', 'hall'] }, { responseCode: 202 });
    bus.latest.answer('hall', {});
    bus.latest.say({
      messageType: 'Broadcast',
      name: 'hub.left',
      originator: '@hub',
      value: { subscriber: 'kitchen' },
    });
    expect([...(await replies)].map(([name, reply]) => [name, reply.success])).toEqual([
      ['hall', true],
      ['kitchen', false],
    ]);
  });

  test('with * those whom the hub did not reach are named before those it did', async () => {
    const replies = joinedClient().requestMany(['*'], 'agent.ping');
    bus.latest.answer(
      '@hub',
      { recipient: 'kitchen' },
      { success: false, responseCode: 503, error: 'does not keep up' },
    );
    bus.latest.answer('@hub', { recipients: ['hall'] }, { responseCode: 202 });
    bus.latest.answer('hall', {});
    expect([...(await replies)].map(([name, reply]) => [name, reply.code])).toEqual([
      ['kitchen', 503],
      ['hall', 200],
    ]);
  });

  test('with * in an empty channel there are no replies', async () => {
    const replies = joinedClient([]).requestMany(['*'], 'agent.ping');
    bus.latest.answer('@hub', { recipients: [] }, { responseCode: 202 });
    expect((await replies).size).toBe(0);
  });
});

describe('blobs', () => {
  test('travel as binary messages both ways', async () => {
    const reply = joinedClient().request(
      'kitchen',
      'files.write',
      { path: '/a' },
      { blob: { bytes: Uint8Array.of(1, 2, 3) } },
    );
    expect(bus.latest.blobs).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(bus.latest.last['blob']).toEqual({ size: 3 });
    const answer = encodeBinary({
      messageType: 'Response',
      response: { requestId: bus.latest.lastId, success: true, responseCode: 200 },
      blob: { bytes: Uint8Array.of(9, 8) },
    });
    if (!answer.ok) throw new Error(answer.failure.error);
    bus.latest.sayBytes(stamped(answer.value, 'kitchen'));
    expect((await reply).blob?.bytes).toEqual(Uint8Array.of(9, 8));
  });

  test('travel as base64 to a hub that did not agree to binary messages', () => {
    bus = new FakeBus('');
    const client = joinedClient();
    void client.request(
      'kitchen',
      'files.write',
      { path: '/a' },
      { blob: { bytes: Uint8Array.of(1, 2, 3) } },
    );
    expect(bus.latest.last['blob']).toEqual({ size: 3, content: 'AQID' });
  });

  test('tell how much of them has left', () => {
    const client = joinedClient();
    const sent: number[] = [];
    const bytes = new Uint8Array(1000);
    bus.latest.bufferedBytes = 900;
    void client.request(
      'kitchen',
      'files.write',
      {},
      { blob: { bytes }, onProgress: (now) => sent.push(now) },
    );
    bus.latest.bufferedBytes = 200;
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([100, 800]);
  });
});

describe('hearing', () => {
  test('broadcasts of others are events', () => {
    const client = joinedClient();
    const heard: unknown[] = [];
    client.eventReceived.add(({ from, name, value }) => heard.push([from, name, value]));
    bus.latest.say({
      messageType: 'Broadcast',
      originator: 'kitchen',
      name: 'gpio.edge',
      value: { line: 4 },
    });
    expect(heard).toEqual([['kitchen', 'gpio.edge', { line: 4 }]]);
  });

  test('presence follows the hub, and nobody else', () => {
    const client = joinedClient();
    const changes: PresenceChange[] = [];
    client.presenceChanged.add((change) => changes.push(change));
    const joined = {
      messageType: 'Broadcast',
      name: 'hub.joined',
      value: { subscriber: 'attic', device: true },
    };
    bus.latest.say({ ...joined, originator: 'hall' });
    bus.latest.say({ ...joined, originator: '@hub' });
    expect(changes).toEqual([{ kind: 'joined', subscriber: { name: 'attic', device: true } }]);
    expect(client.subscribers.map(({ name }) => name)).toEqual(['kitchen', 'hall', 'attic']);
  });

  test('a hub that makes up names is believed in 10,000 of them', () => {
    const client = joinedClient();
    for (let i = 0; i < subscribersMax + 10; i++)
      bus.latest.say({
        messageType: 'Broadcast',
        originator: '@hub',
        name: 'hub.joined',
        value: { subscriber: `made up ${i}` },
      });
    expect(client.subscribers.length).toBe(subscribersMax);
  });

  test('a crowd is told by its number, and by names again once it is small', () => {
    const client = joinedClient();
    const changes: PresenceChange[] = [];
    client.presenceChanged.add((change) => changes.push(change));
    const presence = { messageType: 'Broadcast', name: 'hub.presence', originator: '@hub' };
    bus.latest.say({ ...presence, value: { subscriberCount: 1001 } });
    expect(client.subscribers).toEqual([]);
    const subscribers = ['phone', 'hall', 'attic'];
    bus.latest.say({ ...presence, value: { subscribers, devices: ['attic'] } });
    const others = [
      { name: 'hall', device: false },
      { name: 'attic', device: true },
    ];
    expect(client.subscribers).toEqual(others);
    expect(changes).toEqual([
      { kind: 'crowd', count: 1001 },
      { kind: 'reset', subscribers: others },
    ]);
  });

  test('a crowd is listed page by page, without ourselves', async () => {
    const listed = joinedClient().list();
    const names = Array.from({ length: limits.listPageMax }, (_, i) => `s${i}`);
    expect(bus.latest.last['value']).toEqual({ offset: 0, limit: limits.listPageMax });
    bus.latest.answer('@hub', { subscribers: names, devices: ['s7'] });
    await vi.waitFor(() => expect(bus.latest.last['value']).toHaveProperty('offset', 1000));
    bus.latest.answer('@hub', { subscribers: ['phone', 'last'], devices: [] });
    const subscribers = await listed;
    expect(subscribers).toHaveLength(1001);
    expect(subscribers.filter(({ device }) => device).map(({ name }) => name)).toEqual(['s7']);
  });

  test('a command to us is answered once, that we carry none out, with its id byte for byte', () => {
    joinedClient();
    const id = '123456789012345678901234567890';
    bus.latest.say(
      `{"messageType":"Command","id":${id},"name":"tv.on","originator":"hall","recipients":["phone"]}`,
    );
    expect(bus.latest.texts.at(-1)).toContain(`"requestId":${id}`);
    expect(bus.latest.last).toMatchObject({
      messageType: 'Response',
      recipients: ['hall'],
      response: { success: false, responseCode: 404 },
    });
  });

  test.each([
    '',
    'null',
    '[]',
    '"x"',
    '{',
    '{"messageType":"Command","recipients":1}',
    '{"messageType":"Shout"}',
  ])('the hostile text %j is dropped and counted, and nothing throws', (text) => {
    const client = joinedClient();
    bus.latest.say(text);
    expect(client.discardedMessages).toBe(1);
    expect(client.state.phase).toBe('joined');
  });

  test('hostile bytes are dropped and counted', () => {
    const client = joinedClient();
    bus.latest.sayBytes(Uint8Array.of());
    bus.latest.sayBytes(Uint8Array.of(255, 255, 255, 255, 1));
    expect(client.discardedMessages).toBe(2);
  });
});
