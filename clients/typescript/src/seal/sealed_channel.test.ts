// SPDX-License-Identifier: MIT
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { clientName, sealLost } from './messages.ts';
import { channelName, ownName, SealedWorld, testKeys } from '../testing/sealed_world.ts';
import { bytesOfHex, hexOf } from './bytes.ts';
import { makeUnknown, parseForm } from './forms.ts';
import { fingerprintOf } from './keys.ts';
import { loadPrimitives, type Primitives } from './primitives.ts';
import type { Relayed } from '../testing/sealed_device.ts';

let p: Primitives;
let world: SealedWorld;

beforeAll(async () => {
  p = await loadPrimitives();
  testKeys(p);
});
beforeEach(() => {
  world = new SealedWorld(p);
});

const hello = 1;
const data = 3;
const unknown = 5;
const nothing: () => readonly Relayed[] = () => [];

function sessionOf(message: Relayed | undefined): string {
  const form = parseForm(message?.blob ?? new Uint8Array());
  if (form === undefined) return '';
  return hexOf('id' in form ? form.id : form.session);
}

describe('a Command', () => {
  test('makes a session, is carried out, and its answer comes', () => {
    const id = world.ask('kitchen', { command: 'uptime' });
    expect(world.carriedOut()).toEqual([{ command: 'uptime' }]);
    expect(world.replies).toEqual([{ from: 'kitchen', id, value: { command: 'uptime' }, blob: 0 }]);
    expect(world.failures).toEqual([]);
  });

  test('shows the hub nothing but the form', () => {
    world.ask('kitchen', 'a secret of ours');
    const texts = world.seen.map(({ blob }) => new TextDecoder().decode(blob));
    expect(texts.join('')).not.toContain('secret');
    expect(world.seen.map(({ blob }) => blob[0])).toEqual([1, 2, 3, 3]);
  });

  test('and those that follow use the same session, in order', () => {
    for (const value of [1, 2, 3]) world.post('kitchen', value);
    world.settle();
    world.ask('kitchen', 4);
    expect(world.sent(hello)).toHaveLength(1);
    expect(world.valuesAnswered()).toEqual([1, 2, 3, 4]);
  });

  test('to several is sealed for each', () => {
    world.addDevice('hall');
    world.ask('kitchen', 1);
    world.ask('hall', 1);
    expect(world.sent(hello).map(({ to }) => to)).toEqual(['kitchen', 'hall']);
    expect(world.replies.map(({ from }) => from)).toEqual(['kitchen', 'hall']);
  });

  test('carries its deadline by the session’s own clock, what the handshake took included', () => {
    const held: Relayed[] = [];
    world.hub = (message) => (message.blob[0] === 2 ? (held.push(message), []) : [message]);
    world.ask('kitchen', 1, 10_000);
    world.turn(4000);
    for (const message of held) world.deliver(message);
    expect(world.device().carriedOut[0]?.envelope.deadline).toBe(6000);
    world.turn(5000);
    world.ask('kitchen', 2, 10_000);
    expect(world.device().carriedOut[1]?.envelope.deadline).toBe(15_000);
  });

  test('that came too late to be sent is not', () => {
    const held: Relayed[] = [];
    world.hub = (message) => (message.blob[0] === 2 ? (held.push(message), []) : [message]);
    world.ask('kitchen', 1, 1000);
    world.turn(4000);
    for (const message of held) world.deliver(message);
    expect(world.codesFailed()).toEqual([408]);
    expect(world.carriedOut()).toEqual([]);
    // Nothing else confirms the session.
    expect(world.device().sessions.map(({ isConfirmed }) => isConfirmed)).toEqual([true]);
  });

  test('from a viewer makes a session of level view', () => {
    const { control: _, ...view } = testKeys(p).psk;
    world = new SealedWorld(p, { keys: { ...testKeys(p), level: 'view', psk: view } });
    world.ask('kitchen', 1);
    expect(world.device().carriedOut.map(({ level }) => level)).toEqual(['view']);
  });
});

describe('a hello without an answer', () => {
  test('is tried three times in all, each with another session, and then the Command fails', () => {
    world.hub = nothing;
    world.ask();
    for (const seen of [1, 2, 3]) {
      expect(world.sent(hello)).toHaveLength(seen);
      expect(world.failures).toHaveLength(0);
      world.turn(limits.sealHelloSeconds * 1000);
    }
    expect(world.sent(hello)).toHaveLength(3);
    expect(new Set(world.sent(hello).map(sessionOf)).size).toBe(3);
    const keys = world.sent(hello).map(({ blob }) => hexOf(blob.subarray(18, 50)));
    expect(new Set(keys).size).toBe(3);
    expect(world.codesFailed()).toEqual([408]);
  });

  test('the second may help', () => {
    world.hub = (message) => (world.sent(hello).length < 2 ? [] : [message]);
    world.ask('kitchen', 'late');
    world.turn(limits.sealHelloSeconds * 1000);
    expect(world.valuesAnswered()).toEqual(['late']);
  });

  test('unknown in answer says that the other takes no Commands', () => {
    world.device().takesHellos = false;
    world.ask();
    expect(world.codesFailed()).toEqual([501]);
  });

  test('the hub’s word that nobody is there ends it at once', () => {
    world.hub = nothing;
    world.ask();
    world.report(world.sent(hello)[0], 404);
    expect(world.codesFailed()).toEqual([404]);
    expect(world.failures[0]?.failure.error).toBe('the hub’s word');
    world.turn(60_000);
    expect(world.sent(hello)).toHaveLength(1);
  });

  test.each([408, 413, 503])('another word of the hub’s, %d, is no reason to give up', (code) => {
    world.hub = nothing;
    world.ask('kitchen', 'late');
    world.report(world.sent(hello)[0], code);
    expect(world.failures).toEqual([]);
    world.hub = (message) => [message];
    world.turn(limits.sealHelloSeconds * 1000);
    expect(world.valuesAnswered()).toEqual(['late']);
  });
});

describe('a session that the device does not know any more', () => {
  beforeEach(() => {
    world.ask('kitchen', 'before');
    world.device().restart();
  });

  test('fails what was sent in it, and a new one serves what comes next', () => {
    world.ask('kitchen', 'lost');
    expect(world.codesFailed()).toEqual([503]);
    expect(world.failures[0]?.failure.error).toContain('not known whether');
    world.turn(limits.sealAgainSeconds * 1000);
    world.ask('kitchen', 'after');
    expect(world.carriedOut()).toEqual(['before', 'after']);
  });

  test('nothing is ever sent twice', () => {
    world.ask('kitchen', 'lost');
    world.turn(600_000);
    expect(world.carriedOut()).toEqual(['before']);
  });

  test('a new one is made every 5 s at most', () => {
    world.hub = (message) =>
      message.blob[0] === data && message.from === ownName
        ? [
            {
              ...message,
              from: message.to,
              to: ownName,
              messageType: 'Response',
              blob: gone(message),
            },
          ]
        : [message];
    for (let second = 0; second < 20; second++) {
      world.ask('kitchen', second);
      world.turn(1000);
    }
    // Besides the first.
    expect(world.sent(hello).length - 1).toBeLessThanOrEqual(20 / limits.sealAgainSeconds);
    expect(world.carriedOut()).toEqual(['before']);
  });

  function gone({ blob }: Relayed): Uint8Array {
    return makeUnknown(blob.subarray(1, 17));
  }
});

describe('a session in doubt', () => {
  beforeEach(() => {
    world.ask('kitchen', 'before');
  });

  test('is asked for before the next Command, and goes on', () => {
    world.left();
    world.joined();
    const sent = world.sent(data).length;
    world.ask('kitchen', 'after');
    expect(world.sent(data)).toHaveLength(sent + 2);
    expect(world.sent(hello)).toHaveLength(1);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('so is each when the hub lists anew who is there', () => {
    world.join();
    const sent = world.sent(data).length;
    world.ask('kitchen', 'after');
    expect(world.sent(data)).toHaveLength(sent + 2);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('so is one after we were away', () => {
    world.channel.handle({ kind: 'away' });
    world.join();
    world.ask('kitchen', 'after');
    expect(world.sent(hello)).toHaveLength(1);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('that the device has lost fails nothing, and a new one is made', () => {
    world.turn(limits.sealAgainSeconds * 1000);
    world.device().restart();
    world.joined();
    world.ask('kitchen', 'after');
    expect(world.failures).toEqual([]);
    expect(world.sent(hello)).toHaveLength(2);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('is given up when nothing answers, and a new one is made', () => {
    world.joined();
    world.hub = (message) => (message.blob[0] === data ? [] : [message]);
    world.ask('kitchen', 'after');
    expect(world.sent(hello)).toHaveLength(1);
    world.hub = (message) => [message];
    world.turn(limits.sealHelloSeconds * 1000);
    expect(world.sent(hello)).toHaveLength(2);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('is asked again when the device joins meanwhile: the first ping went nowhere', () => {
    world.joined();
    world.hub = nothing;
    world.ask('kitchen', 'after');
    world.hub = (message) => [message];
    world.joined();
    expect(world.sent(hello)).toHaveLength(1);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('is ended by silence, and fails what was sent in it before', () => {
    world.hub = nothing;
    world.ask('kitchen', 'sent');
    world.joined();
    world.ask('kitchen', 'waits');
    world.turn(limits.sealHelloSeconds * 1000 - 1);
    expect(world.failures).toEqual([]);
    world.hub = (message) => [message];
    world.turn(1);
    expect(world.codesFailed()).toEqual([503]);
    expect(world.valuesAnswered()).toEqual(['before', 'waits']);
  });

  test('where the hub says that nobody is there: what was not sent fails for certain', () => {
    world.joined();
    world.hub = nothing;
    world.ask('kitchen', 'never');
    world.report(world.sent(data).at(-1), 404);
    expect(world.codesFailed()).toEqual([404]);
    expect(world.failures[0]?.failure.error).toBe('the hub’s word');
  });

  test('an answer that was lost before fails nothing that waits', () => {
    world.hub = (message) => (message.from === 'kitchen' ? [] : [message]);
    world.ask('kitchen', 'lost');
    world.hub = (message) => [message];
    world.channel.handle({ kind: 'away' });
    world.join();
    world.ask('kitchen', 'after');
    expect(world.failures).toEqual([]);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('what a device that left was asked is not sent when it comes back', () => {
    world.left();
    world.joined();
    world.hub = nothing;
    world.ask('kitchen', 'never');
    world.left();
    world.hub = (message) => [message];
    world.joined();
    world.turn(60_000);
    expect(world.carriedOut()).toEqual(['before']);
  });
});

describe('the end of a session', () => {
  test('comes by itself before the device would end it', () => {
    world.ask('kitchen', 1);
    world.turn(limits.sealSessionFreshSeconds * 1000 - 1);
    world.ask('kitchen', 2);
    expect(world.sent(hello)).toHaveLength(1);
    world.turn(limits.sealSessionFreshSeconds * 1000);
    world.ask('kitchen', 3);
    expect(world.sent(hello)).toHaveLength(2);
    expect(world.valuesAnswered()).toEqual([1, 2, 3]);
  });

  test('comes with a Command that expired on arrival: a clock has stood still', () => {
    world.ask('kitchen', 'before');
    const held: Relayed[] = [];
    world.hub = (message) => (message.from === ownName ? (held.push(message), []) : [message]);
    world.ask('kitchen', 'late', 1000);
    world.turn(1001);
    world.hub = (message) => [message];
    for (const message of held) world.deliver(message);
    expect(world.replies.at(-1)?.value).toEqual({ expired: true });
    expect(world.carriedOut()).toEqual(['before']);
    world.ask('kitchen', 'after');
    expect(world.sent(hello)).toHaveLength(2);
    expect(world.valuesAnswered()).toEqual(['before', { expired: true }, 'after']);
  });

  test('comes with a ping that expired, before a Command is at stake', () => {
    world.ask('kitchen', 'before');
    world.slept += 60_000;
    world.joined();
    world.ask('kitchen', 'after', 10_000);
    expect(world.failures).toEqual([]);
    expect(world.sent(hello)).toHaveLength(2);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('fails all that was sent in it, and serves what waits in the next', () => {
    world.ask('kitchen', 'before');
    world.hub = nothing;
    world.ask('kitchen', 'sent');
    world.hub = (message) => [message];
    world.slept += 60_000;
    world.ask('kitchen', 'late', 10_000);
    expect(world.codesFailed()).toEqual([503]);
    expect(world.replies.at(-1)?.value).toEqual({ expired: true });
    world.ask('kitchen', 'after');
    expect(world.valuesAnswered().at(-1)).toBe('after');
  });

  test('does not come while an answer is awaited, for which both ends are pinged', () => {
    world.ask('kitchen', 'before');
    world.device().answer = () => undefined;
    world.ask('kitchen', 'an hour’s work', 7_200_000);
    world.turn(4_000_000);
    expect(world.device().pinged).toBe(Math.floor(4000 / limits.sealKeepSeconds));
    const [, running] = world.device().carriedOut;
    if (running) world.relay(world.device().reply(running, { value: 'done' }));
    world.settle();
    expect(world.valuesAnswered()).toEqual(['before', 'done']);
    world.turn(4_000_000);
    expect(world.device().pinged).toBe(Math.floor(4000 / limits.sealKeepSeconds));
  });

  test('there are at most 1,024, and the longest idle one gives way', () => {
    for (let index = 0; index <= limits.sealSessionsMax; index++) {
      world.addDevice(`d${index}`);
      world.ask(`d${index}`, index);
      world.turn(1);
    }
    expect(world.replies).toHaveLength(limits.sealSessionsMax + 1);
    world.ask('d1', 'again');
    world.ask('d0', 'again');
    const again = world.sent(hello).slice(limits.sealSessionsMax + 1);
    expect(again.map(({ to }) => to)).toEqual(['d0']);
  });
});

describe('what the hub says of a Command', () => {
  test.each([404, 408, 413, 503])('as %d, fails it without proving anything', (code) => {
    world.ask('kitchen', 'before');
    world.hub = nothing;
    world.ask('kitchen', 'lost');
    world.report(world.sent(data).at(-1), code);
    expect(world.failures.map(({ failure }) => failure)).toEqual([
      { code, error: 'the hub’s word: not known whether it was carried out' },
    ]);
  });

  test('means nothing once the device has left', () => {
    world.hub = nothing;
    world.ask();
    world.left();
    const discarded = world.discarded;
    world.report(world.sent(hello)[0], 404);
    expect([world.codesFailed(), world.discarded]).toEqual([[], discarded + 1]);
  });

  test('means nothing of a message that we did not send', () => {
    world.ask('kitchen', 'before');
    const discarded = world.discarded;
    world.report(
      { messageType: 'Command', from: '', to: '', blob: new Uint8Array(), id: '"x"' },
      404,
    );
    expect([world.codesFailed(), world.discarded]).toEqual([[], discarded + 1]);
  });
});

test('answers that the hub dropped fail what was sent to those, or with * to anybody', () => {
  world.addDevice('hall');
  world.addDevice('attic');
  for (const name of ['kitchen', 'hall', 'attic']) world.ask(name);
  world.hub = nothing;
  for (const name of ['kitchen', 'hall', 'attic']) world.ask(name);
  world.channel.handle({ kind: 'dropped', names: ['hall'] });
  expect(world.failures.map(({ recipient }) => recipient)).toEqual(['hall']);
  world.channel.handle({ kind: 'dropped', names: ['*'] });
  expect(world.failures.map(({ recipient }) => recipient)).toEqual(['hall', 'kitchen', 'attic']);
});

describe('an identity', () => {
  const kitchen = () => fingerprintOf(p, bytesOfHex(world.device().publicKey));

  test('is remembered when it is first met, and known again', () => {
    world.ask();
    const first = world.device().publicKey;
    expect(world.store.read(channelName, 'kitchen')).toBe(first);
    world.device().restart();
    world.ask();
    world.turn(limits.sealAgainSeconds * 1000);
    world.ask();
    expect(world.identities.map(({ state }) => state)).toEqual(['first', 'remembered']);
    expect(world.identities[1]?.fingerprint).toBe(kitchen());
    expect(kitchen()).toMatch(/^([a-z2-7]{4}-){6}[a-z2-7]{2}$/);
  });

  test('that changed stops everything, and both fingerprints are said', () => {
    world.ask('kitchen', 'before');
    const old = kitchen();
    world.device().changeIdentity();
    world.joined();
    world.turn(limits.sealAgainSeconds * 1000);
    world.ask('kitchen', 'secret');
    expect(world.carriedOut()).toEqual(['before']);
    expect(world.codesFailed()).toEqual([495]);
    const text = world.failures[0]?.failure.error ?? '';
    expect(text).toContain(old);
    expect(text).toContain(kitchen());
    expect(world.identities.at(-1)).toMatchObject({
      state: 'changed',
      fingerprint: kitchen(),
      remembered: old,
    });
  });

  test('goes on being refused, and a look at it is taken every 5 s at most', () => {
    world.store.write(channelName, 'kitchen', '00'.repeat(32));
    for (let second = 0; second < 10; second++) {
      world.ask('kitchen', second);
      world.turn(1000);
    }
    expect(world.codesFailed()).toEqual(new Array(10).fill(495));
    expect(world.sent(hello)).toHaveLength(2);
    expect(world.carriedOut()).toEqual([]);
  });

  test('that a person has accepted is served at once', () => {
    world.store.write(channelName, 'kitchen', '00'.repeat(32));
    world.ask();
    world.store.write(channelName, 'kitchen', world.device().publicKey);
    world.channel.handle({ kind: 'trusted', peer: 'kitchen' });
    world.ask('kitchen', 'now');
    expect(world.valuesAnswered()).toEqual(['now']);
  });

  test('that is back as it was needs nobody', () => {
    world.store.write(channelName, 'kitchen', '00'.repeat(32));
    world.ask();
    world.store.write(channelName, 'kitchen', world.device().publicKey);
    world.turn(limits.sealAgainSeconds * 1000);
    world.ask('kitchen', 'again');
    expect(world.valuesAnswered()).toEqual(['again']);
  });
});

describe('events', () => {
  beforeEach(() => {
    world = new SealedWorld(p, { wantsEvents: true });
    world.turn(100);
  });

  const heard = () => world.events.map(({ from, name, value }) => [from, name, value]);

  test('are heard of the devices that were there, of both levels', () => {
    world.relay(world.device().tell('view', 'telemetry.reading', { load: 1 }));
    world.relay(world.device().tell('control', 'shell.ran', 'x'));
    world.settle();
    expect(heard()).toEqual([
      ['kitchen', 'telemetry.reading', { load: 1 }],
      ['kitchen', 'shell.ran', 'x'],
    ]);
  });

  test('a session that was made to hear them is confirmed', () => {
    expect(world.device().sessions.map(({ isConfirmed }) => isConfirmed)).toEqual([true]);
  });

  test('are heard of a device that joins', () => {
    const hall = world.addDevice('hall');
    world.joined('hall');
    world.turn(100);
    world.relay(hall.tell('view', 'gpio.edge', 4));
    world.settle();
    expect(heard()).toEqual([['hall', 'gpio.edge', 4]]);
  });

  test('a viewer hears those of level view alone', () => {
    const { control: _, ...view } = testKeys(p).psk;
    const keys = { ...testKeys(p), level: 'view', psk: view } as const;
    world = new SealedWorld(p, { wantsEvents: true, keys });
    world.turn(100);
    world.relay(world.device().tell('control', 'shell.ran', 'x'));
    world.relay(world.device().tell('view', 'telemetry.reading', 1));
    world.settle();
    expect(heard()).toEqual([['kitchen', 'telemetry.reading', 1]]);
  });

  test('a viewer asks once for a key that it is not given, and for another again', () => {
    const { control: _, ...view } = testKeys(p).psk;
    const keys = { ...testKeys(p), level: 'view', psk: view } as const;
    world = new SealedWorld(p, { wantsEvents: true, keys });
    world.turn(100);
    for (let second = 0; second < 30; second++) {
      world.relay(world.device().tell('control', 'shell.ran', 'x'));
      world.turn(1000);
    }
    expect(world.sent(hello)).toHaveLength(2);
    world.device().restart();
    for (let second = 0; second < 30; second++) {
      world.relay(world.device().tell('view', 'telemetry.reading', second));
      world.turn(1000);
    }
    expect(world.sent(hello)).toHaveLength(3);
    expect(heard()).toHaveLength(29);
  });

  test('under an unknown key are dropped, and after a while the key is asked for', () => {
    world.turn(limits.sealAgainSeconds * 1000);
    world.device().restart();
    world.relay(world.device().tell('view', 'gpio.edge', 1));
    world.settle();
    expect(world.sent(hello)).toHaveLength(1);
    world.turn(2 * limits.sealEventDelayMilliseconds);
    expect(world.sent(hello)).toHaveLength(2);
    world.relay(world.device().tell('view', 'gpio.edge', 2));
    world.settle();
    expect(heard()).toEqual([['kitchen', 'gpio.edge', 2]]);
  });

  test('no session is made anew for them while an answer is awaited in it', () => {
    world.turn(limits.sealAgainSeconds * 1000);
    world.device().answer = () => undefined;
    world.ask('kitchen', 'at work');
    world.device().raiseEventKeys(limits.sealGenerationsAhead + 1);
    world.relay(world.device().tell('view', 'gpio.edge', 1));
    world.turn(100);
    expect(world.sent(hello)).toHaveLength(1);
    const [running] = world.device().carriedOut;
    if (running) world.relay(world.device().reply(running, { value: 'done' }));
    world.relay(world.device().tell('view', 'gpio.edge', 2));
    world.turn(100);
    expect(world.valuesAnswered()).toEqual(['done']);
    expect(world.sent(hello)).toHaveLength(2);
  });

  test('a Command waits for the session in which the key is asked for', () => {
    world.turn(limits.sealAgainSeconds * 1000);
    world.device().raiseEventKeys(limits.sealGenerationsAhead + 1);
    world.relay(world.device().tell('view', 'gpio.edge', 1));
    world.hub = (message) => (message.blob[0] === 1 ? [] : [message]);
    world.turn(100);
    expect(world.sent(hello)).toHaveLength(2);
    world.ask('kitchen', 'meanwhile');
    expect(world.carriedOut()).toEqual([]);
    world.hub = (message) => [message];
    world.turn(limits.sealHelloSeconds * 1000);
    expect(world.valuesAnswered()).toEqual(['meanwhile']);
    world.relay(world.device().tell('view', 'gpio.edge', 2));
    world.settle();
    const lost = { from: { kitchen: { broadcasts: 1, responses: 0 } } };
    expect(heard()).toEqual([
      [clientName, sealLost, lost],
      ['kitchen', 'gpio.edge', 2],
    ]);
  });

  test('that are missing are told as lost', () => {
    world.relay(world.device().tell('view', 'gpio.edge', 1));
    world.device().tell('view', 'gpio.edge', 2);
    world.device().tell('view', 'gpio.edge', 3);
    world.relay(world.device().tell('view', 'gpio.edge', 4));
    world.settle();
    const lost = { from: { kitchen: { broadcasts: 2, responses: 0 } } };
    expect(heard()).toEqual([
      ['kitchen', 'gpio.edge', 1],
      [clientName, sealLost, lost],
      ['kitchen', 'gpio.edge', 4],
    ]);
  });

  test('of one who is no device are not asked for', () => {
    world.addDevice('stranger');
    world.relay(world.device('stranger').tell('view', 'gpio.edge', 1));
    world.turn(60_000);
    expect(world.sent(hello).map(({ to }) => to)).not.toContain('stranger');
    expect(heard()).toEqual([]);
  });

  test('that nobody wants make no session', () => {
    world = new SealedWorld(p, { wantsEvents: false });
    world.relay(world.device().tell('view', 'gpio.edge', 1));
    world.turn(60_000);
    expect(world.seen.filter(({ from }) => from === ownName)).toEqual([]);
  });

  test('in a crowd it takes up to the longest delay until a key is asked for', () => {
    const change = { kind: 'crowd', count: 2 } as const;
    const delays = Array.from({ length: 20 }, (_, index) => {
      const teller = world.addDevice(`d${index}`);
      world.channel.handle({ kind: 'presence', change });
      const before = world.surroundings.now();
      world.relay(teller.tell('view', 'gpio.edge', 1));
      const seen = world.sent(hello).length;
      while (world.sent(hello).length === seen) world.turn(50);
      return world.surroundings.now() - before;
    });
    expect(Math.max(...delays)).toBeGreaterThan(limits.sealEventDelayMillisecondsMax / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(limits.sealEventDelayMillisecondsMax + 50);
  });

  test('and sessions are asked for when the hub lists anew who is there', () => {
    world.ask('kitchen', 'before');
    const { pinged } = world.device();
    world.channel.handle({ kind: 'presence', change: { kind: 'crowd', count: 2000 } });
    world.join();
    world.turn(100);
    expect(world.device().pinged).toBe(pinged + 1);
    expect(world.sent(hello)).toHaveLength(1);
  });

  test('many who want them do not all ask in one moment', () => {
    const names = Array.from({ length: 200 }, (_, index) => `d${index}`);
    world = new SealedWorld(p, { devices: names, wantsEvents: true });
    world.turn(50);
    const soon = world.sent(hello).length;
    world.turn(201 * limits.sealEventDelayMilliseconds);
    expect(world.sent(hello)).toHaveLength(200);
    expect(soon).toBeLessThan(20);
  });
});

describe('one who is no responder', () => {
  test.each([
    ['a hello', 'Command', Uint8Array.from([1, 2, ...new Array<number>(64).fill(7)])],
    ['data', 'Command', Uint8Array.from([3, ...new Array<number>(60).fill(7)])],
  ] as const)('answers %s with unknown, as a Response', (_, messageType, blob) => {
    world.deliver({ messageType, from: 'hall', to: ownName, blob });
    expect(world.sent(unknown)).toHaveLength(1);
    expect(world.sent(unknown)[0]).toMatchObject({ messageType: 'Response', to: 'hall' });
    expect(world.replies).toEqual([]);
  });

  test('drops an answer in a session that is gone: only who responds says unknown', () => {
    world.ask('kitchen', 'before');
    const blob = Uint8Array.from([3, ...new Array<number>(60).fill(7)]);
    for (const from of ['hall', 'kitchen'])
      world.deliver({ messageType: 'Response', from, to: ownName, blob });
    expect(world.sent(unknown)).toEqual([]);
    expect(world.discarded).toBe(2);
  });

  test('never answers unknown, so that two of its kind fall silent', () => {
    const blob = makeUnknown(new Uint8Array(16));
    for (const messageType of ['Command', 'Response', 'Broadcast'] as const)
      world.deliver({ messageType, from: 'hall', to: ownName, blob });
    expect(world.seen).toEqual([]);
  });
});
