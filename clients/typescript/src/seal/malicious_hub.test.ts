// SPDX-License-Identifier: MIT
// What a hub may do to a sealed channel (docs/adr/0013): read, keep, drop, delay, reorder, replay,
// forge, and speak in anybody's name. No answer and no event is believed that the device did not
// give in this session, no Command is carried out twice, and what is lost is said.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { SealedDevice, type Relayed } from '../testing/sealed_device.ts';
import {
  channelName,
  ownName,
  SealedWorld,
  testKeys,
  withNumber,
} from '../testing/sealed_world.ts';
import { Chance } from '../testing/chance.ts';
import { makeUnknown } from './forms.ts';
import type { ChannelKeys } from './keys.ts';
import { sealLost } from './messages.ts';
import { loadPrimitives, type Primitives } from './primitives.ts';

let p: Primitives;
let world: SealedWorld;

beforeAll(async () => {
  p = await loadPrimitives();
  testKeys(p);
});
beforeEach(() => {
  world = new SealedWorld(p);
});

/** Form and direction of a message. */
const isAnswer = ({ messageType, blob }: Relayed) => messageType === 'Response' && blob[0] === 3;
const isCommand = ({ messageType, blob }: Relayed) => messageType === 'Command' && blob[0] === 3;
const isWelcome = ({ blob }: Relayed) => blob[0] === 2;
const isHello = ({ blob }: Relayed) => blob[0] === 1;

/** Keeps what is chosen to itself, and relays the rest. */
function hold(choose: (message: Relayed) => boolean): Relayed[] {
  const held: Relayed[] = [];
  world.hub = (message) => (choose(message) ? (held.push(message), []) : [message]);
  return held;
}

function relayAll(): void {
  world.hub = (message) => [message];
}

function lostResponses(): number {
  return world.events
    .filter(({ name }) => name === sealLost)
    .reduce((sum, { value }) => {
      const from = (value as { from: Record<string, { responses: number }> }).from;
      return sum + Object.values(from).reduce((inner, { responses }) => inner + responses, 0);
    }, 0);
}

/** Everything there ever was, once more, to everybody. */
function replayAll(): void {
  for (const message of [...world.seen]) world.deliver(message);
}

describe('a hub that replays', () => {
  test('has no Command carried out twice and no answer believed twice', () => {
    for (const value of [1, 2, 3]) world.ask('kitchen', value);
    replayAll();
    replayAll();
    expect(world.carriedOut()).toEqual([1, 2, 3]);
    expect(world.valuesAnswered()).toEqual([1, 2, 3]);
    expect(world.failures).toEqual([]);
  });

  test('not after either of them was away, nor after a restart', () => {
    world.ask('kitchen', 1);
    world.channel.handle({ kind: 'away' });
    world.join();
    replayAll();
    world.device().restart();
    replayAll();
    expect(world.carriedOut()).toEqual([1]);
    expect(world.valuesAnswered()).toEqual([1]);
  });

  test('gets nothing for an old welcome', () => {
    world.ask('kitchen', 1);
    const old = world.seen.filter(isWelcome);
    world.device().restart();
    world.turn(limits.sealAgainSeconds * 1000);
    hold(isWelcome);
    world.ask('kitchen', 2);
    world.ask('kitchen', 3);
    for (const message of old) world.deliver(message);
    expect(world.carriedOut()).toEqual([1]);
    expect(world.valuesAnswered()).toEqual([1]);
  });

  test('gets nothing for old events, not even with an old welcome held up', () => {
    world = new SealedWorld(p, { wantsEvents: true });
    world.turn(100);
    const first = world.device().tell('view', 'gpio.edge', 1);
    world.relay(first);
    world.turn(limits.sealAgainSeconds * 1000);
    // A new session's welcome is written, and held while events go on.
    const held = hold(isWelcome);
    world.deliver({ ...first, blob: withNumber(first.blob, 1, 99n) });
    world.turn(100);
    expect(held).toHaveLength(1);
    const second = world.device().tell('view', 'gpio.edge', 2);
    world.relay(second);
    relayAll();
    for (const welcome of held) world.deliver(welcome);
    for (const event of [first, second, first]) world.deliver(event);
    expect(world.events.map(({ value }) => value)).toEqual([1, 2]);
  });
});

describe('a hub that drops', () => {
  test('an answer: what waits for that device is failed at its next answer', () => {
    world.ask('kitchen', 'before');
    hold(isAnswer);
    world.ask('kitchen', 'lost 1');
    world.ask('kitchen', 'lost 2');
    relayAll();
    world.ask('kitchen', 'after');
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
    expect(world.codesFailed()).toEqual([503, 503]);
    expect(world.failures[0]?.failure.error).toContain('not known whether');
    expect(lostResponses()).toBe(2);
  });

  test('a Command: the device counts it, and carries out what follows', () => {
    world.ask('kitchen', 'before');
    hold(isCommand);
    world.ask('kitchen', 'lost');
    relayAll();
    world.ask('kitchen', 'after');
    expect(world.carriedOut()).toEqual(['before', 'after']);
    expect(world.device().lost).toBe(1);
    expect(world.valuesAnswered()).toEqual(['before', 'after']);
  });

  test('every kind of message now and then: what was asked is answered truly, failed, or waits', () => {
    const chance = new Chance('drops');
    world.hub = (message) => (chance.below(4) === 0 ? [] : [message]);
    for (let asked = 0; asked < 200; asked++) {
      world.ask('kitchen', asked, 20_000);
      world.turn(500);
    }
    const answered = world.replies.map(({ value }) => value);
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered.length).toBeGreaterThan(20);
    const carriedOut = world.carriedOut();
    expect(new Set(carriedOut).size).toBe(carriedOut.length);
    for (const value of answered) expect(carriedOut).toContain(value);
  });
});

describe('a hub that reorders', () => {
  test('Commands: the later one is carried out, the earlier one dropped and counted', () => {
    world.ask('kitchen', 'before');
    const held = hold(isCommand);
    world.ask('kitchen', 'first');
    world.ask('kitchen', 'second');
    relayAll();
    for (const message of held.reverse()) world.deliver(message);
    expect(world.carriedOut()).toEqual(['before', 'second']);
    expect(world.device().lost).toBe(1);
  });

  test('answers: the later one is believed, the earlier one was lost', () => {
    world.ask('kitchen', 'before');
    const held = hold(isAnswer);
    world.ask('kitchen', 'first');
    world.ask('kitchen', 'second');
    relayAll();
    for (const message of held.reverse()) world.deliver(message);
    expect(world.valuesAnswered()).toEqual(['before', 'second']);
    expect(world.codesFailed()).toEqual([503]);
    expect(lostResponses()).toBe(1);
  });
});

describe('a hub that delays', () => {
  test('a Command past its deadline: it is not carried out', () => {
    world.ask('kitchen', 'before');
    const held = hold(isCommand);
    world.ask('kitchen', 'open the door', 10_000);
    world.turn(10_001);
    relayAll();
    for (const message of held) world.deliver(message);
    expect(world.carriedOut()).toEqual(['before']);
  });

  test('the handshake: Commands expire sooner for it, never later', () => {
    const held = hold(isWelcome);
    world.ask('kitchen', 'open the door', 4500);
    world.turn(4000);
    const commands = hold(isCommand);
    for (const message of held) world.deliver(message);
    expect(commands).toHaveLength(1);
    // The device's clock began 4 s before ours, so 0.5 s of ours is past for it at once.
    for (const message of commands) world.deliver(message);
    expect(world.carriedOut()).toEqual([]);
  });
});

describe('a hub that forges', () => {
  test('answers in the device’s place with a static key of its own: no welcome verifies', () => {
    const stranger = { ...testKeys(p) } as ChannelKeys;
    const impostor = new SealedDevice(p, {
      channel: channelName,
      name: 'kitchen',
      keys: { ...stranger, psk: { view: new Uint8Array(32), control: new Uint8Array(32) } },
      now: () => world.surroundings.now(),
    });
    world.hub = (message) => (message.from === ownName ? impostor.receive(message) : [message]);
    world.ask('kitchen', 'secret');
    world.turn(60_000);
    expect(impostor.carriedOut).toEqual([]);
    expect(world.identities).toEqual([]);
    expect(world.codesFailed()).toEqual([408]);
  });

  test('with the password’s help: the remembered identity stops it', () => {
    world.ask('kitchen', 'before');
    const conspirator = new SealedDevice(p, {
      channel: channelName,
      name: 'kitchen',
      keys: testKeys(p),
      now: () => world.surroundings.now(),
    });
    conspirator.changeIdentity();
    world.joined();
    world.turn(limits.sealAgainSeconds * 1000);
    world.hub = (message) => (message.from === ownName ? conspirator.receive(message) : [message]);
    world.ask('kitchen', 'secret');
    world.turn(60_000);
    expect(conspirator.carriedOut).toEqual([]);
    expect(world.codesFailed()).toEqual([495]);
  });

  test('carries a session to another name: nothing verifies', () => {
    world.addDevice('hall');
    world.hub = (message) => {
      if (message.to === 'kitchen') return [{ ...message, to: 'hall' }];
      if (message.from === 'hall') return [{ ...message, from: 'kitchen' }];
      return [message];
    };
    world.ask('kitchen', 'secret');
    world.turn(60_000);
    expect([world.carriedOut('hall'), world.carriedOut('kitchen')]).toEqual([[], []]);
    expect(world.codesFailed()).toEqual([408]);
  });

  test('swaps the originators of answers: they are believed of nobody', () => {
    world.addDevice('hall');
    world.ask('kitchen', 'k');
    world.ask('hall', 'h');
    const held = hold(isAnswer);
    world.ask('kitchen', 'k2');
    world.ask('hall', 'h2');
    const swapped: Record<string, string> = { kitchen: 'hall', hall: 'kitchen' };
    for (const message of held) world.deliver({ ...message, from: swapped[message.from] ?? '' });
    expect(world.valuesAnswered()).toEqual(['k', 'h']);
  });

  test('swaps the originators of events: they are believed of nobody', () => {
    world = new SealedWorld(p, { devices: ['kitchen', 'hall'], wantsEvents: true });
    world.turn(200);
    const event = world.device('kitchen').tell('view', 'gpio.edge', 1);
    world.deliver({ ...event, from: 'hall' });
    expect(world.events).toEqual([]);
    world.deliver(event);
    expect(world.events.map(({ from }) => from)).toEqual(['kitchen']);
  });

  test('sends a Command back to who sent it: it opens nowhere', () => {
    world.ask('kitchen', 'before');
    const held = hold(isCommand);
    world.ask('kitchen', 'mirrored');
    for (const { blob } of held)
      for (const messageType of ['Command', 'Response', 'Broadcast'] as const)
        world.deliver({ messageType, from: 'kitchen', to: ownName, blob });
    expect(world.valuesAnswered()).toEqual(['before']);
    expect(world.events).toEqual([]);
  });

  test('truncates, lengthens, flips a bit anywhere: nothing is believed, and the session goes on', () => {
    world.ask('kitchen', 'before');
    const [answer] = hold(isAnswer);
    expect(answer).toBeUndefined();
    const held = hold(isAnswer);
    world.ask('kitchen', 'true');
    const [kept] = held;
    if (kept === undefined) throw new Error('there was an answer');
    for (let length = 0; length < kept.blob.length; length++)
      world.deliver({ ...kept, blob: kept.blob.slice(0, length) });
    world.deliver({ ...kept, blob: Uint8Array.from([...kept.blob, 0]) });
    for (let bit = 0; bit < kept.blob.length * 8; bit++) {
      const blob = kept.blob.slice();
      blob[bit >> 3] = (blob[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (blob[0] === 3) world.deliver({ ...kept, blob });
    }
    expect(world.valuesAnswered()).toEqual(['before']);
    world.deliver(kept);
    expect(world.valuesAnswered()).toEqual(['before', 'true']);
    expect(lostResponses()).toBe(0);
  });

  test('mixes the header of one with the box of another: neither is believed', () => {
    world.ask('kitchen', 'before');
    const held = hold(isAnswer);
    world.ask('kitchen', 1);
    world.ask('kitchen', 2);
    const [first, second] = held;
    if (!first || !second) throw new Error('there were two answers');
    const mix = (head: Relayed, tail: Relayed) =>
      Uint8Array.from([...head.blob.subarray(0, 29), ...tail.blob.subarray(29)]);
    world.deliver({ ...first, blob: mix(first, second) });
    world.deliver({ ...second, blob: mix(second, first) });
    expect(world.valuesAnswered()).toEqual(['before']);
    world.deliver(first);
    world.deliver(second);
    expect(world.valuesAnswered()).toEqual(['before', 1, 2]);
  });

  test('says unknown for everything: what was sent is failed, nothing is sent again', () => {
    world.hub = (message) =>
      isCommand(message)
        ? [
            message,
            {
              messageType: 'Response',
              from: message.to,
              to: ownName,
              blob: makeUnknown(message.blob.subarray(1, 17)),
            },
          ]
        : [message];
    for (let asked = 0; asked < 20; asked++) {
      world.ask('kitchen', asked);
      world.turn(1000);
    }
    world.turn(60_000);
    const carriedOut = world.carriedOut();
    expect(new Set(carriedOut).size).toBe(carriedOut.length);
    expect(world.replies.length + world.failures.length).toBe(20);
    expect(world.seen.filter(isHello).length).toBeLessThanOrEqual(1 + 80 / limits.sealAgainSeconds);
  });

  test('claims a far generation or counter: no work, and the session goes on', () => {
    world.ask('kitchen', 'before');
    const held = hold(isAnswer);
    world.ask('kitchen', 'true');
    const [kept] = held;
    if (kept === undefined) throw new Error('there was an answer');
    // Generation and half of the counter, then the counter alone.
    world.deliver({ ...kept, blob: withNumber(kept.blob, 17, 0xffff_ffff_ffff_ffffn) });
    world.deliver({ ...kept, blob: withNumber(kept.blob, 21, 0xffff_ffff_ffff_ffffn) });
    world.deliver({ ...kept, blob: withNumber(kept.blob, 21, 1n << 40n) });
    world.deliver(kept);
    expect(world.valuesAnswered()).toEqual(['before', 'true']);
    expect(lostResponses()).toBe(0);
  });
});

test('a hub that does all of it by chance has nothing believed that is not true', () => {
  for (let seed = 0; seed < 12; seed++) {
    const chance = new Chance(`hub ${seed}`);
    world = new SealedWorld(p, { devices: ['kitchen', 'hall'], wantsEvents: true });
    const names = ['kitchen', 'hall', ownName];
    const types = ['Command', 'Response', 'Broadcast'] as const;
    const kept: Relayed[] = [];
    const harmed = (message: Relayed): readonly Relayed[] => {
      kept.push(message);
      switch (chance.below(10)) {
        case 0:
          return [];
        case 1:
          return [message, message];
        case 2:
          return [kept[chance.below(kept.length)] ?? message, message];
        case 3:
          return [{ ...message, from: names[chance.below(3)] ?? '' }];
        case 4:
          return [{ ...message, to: names[chance.below(3)] ?? '' }];
        case 5:
          return [{ ...message, messageType: types[chance.below(3)] ?? 'Command' }];
        case 6:
          return [{ ...message, blob: chance.mutated(message.blob) }];
        default:
          return [message];
      }
    };
    world.hub = harmed;
    const told: unknown[] = [];
    for (let round = 0; round < 60; round++) {
      const device = names[chance.below(2)] ?? '';
      world.ask(device, `${device} ${round}`, 20_000);
      const level = chance.below(2) === 0 ? 'view' : 'control';
      told.push(`${device} told ${round}`);
      world.relay(world.device(device).tell(level, 'note', `${device} told ${round}`));
      if (chance.below(20) === 0) world.device(device).restart();
      if (chance.below(20) === 0) world.joined(device);
      world.turn(chance.below(4000));
    }
    for (const name of ['kitchen', 'hall']) {
      const carriedOut = world.carriedOut(name);
      expect(new Set(carriedOut).size).toBe(carriedOut.length);
      for (const value of carriedOut) expect(value).toMatch(new RegExp(`^${name} \\d+$`));
    }
    const ids = world.replies.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { from, value } of world.replies) expect(world.carriedOut(from)).toContain(value);
    const heard = world.events.filter(({ name }) => name === 'note');
    const values = heard.map(({ value }) => value);
    expect(new Set(values).size).toBe(values.length);
    for (const { from, value } of heard) {
      expect(told).toContain(value);
      expect(String(value).startsWith(from)).toBe(true);
    }
    expect(world.replies.length).toBeGreaterThan(5);
  }
});
