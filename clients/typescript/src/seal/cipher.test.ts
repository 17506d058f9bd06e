// SPDX-License-Identifier: MIT
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { hexOf, utf8 } from './bytes.ts';
import { ReceivingKey, SendingKey, type Opened } from './cipher.ts';
import { EventRing } from './event_ring.ts';
import { parseForm, type Boxed } from './forms.ts';
import { loadPrimitives, type Primitives } from './primitives.ts';

let p: Primitives;
let sending: SendingKey;
let receiving: ReceivingKey;
const id = new Uint8Array(16).fill(1);
const secret = () => new Uint8Array(32).fill(2);

beforeAll(async () => {
  p = await loadPrimitives();
});
beforeEach(() => {
  sending = new SendingKey(p, 'data', id, secret(), 0);
  receiving = new ReceivingKey(p, secret());
});

function boxOf(blob: Uint8Array): Boxed {
  const form = parseForm(blob);
  if (form?.kind !== 'data' && form?.kind !== 'event') throw new Error('it is no box');
  return form;
}

function open(blob: Uint8Array): Opened {
  return receiving.open(boxOf(blob));
}

describe('a key is raised with the next message', () => {
  const nothing = new Uint8Array();

  test('after 2^14 of them', () => {
    let last = sending.seal(nothing, 0);
    for (let sent = 1; sent < limits.sealGenerationMessages; sent++)
      last = sending.seal(nothing, 0);
    expect(boxOf(last).generation).toBe(0);
    const next = boxOf(sending.seal(nothing, 0));
    expect([next.generation, next.counter]).toEqual([1, BigInt(limits.sealGenerationMessages)]);
  });

  test('after 512 MiB of boxes', () => {
    let isSealing = true;
    const large = new Uint8Array(limits.sealGenerationBytes / 8);
    const cheap = { ...p, encrypt: () => (isSealing ? large : secret()) };
    const key = new SendingKey(cheap, 'data', id, secret(), 0);
    const generations = Array.from({ length: 9 }, (_, index) => {
      // The ninth raises, which encrypts as well.
      isSealing = index < 8;
      return boxOf(key.seal(nothing, 0)).generation;
    });
    expect(generations).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test('after ten minutes, however little was sent', () => {
    const age = limits.sealGenerationSeconds * 1000;
    const generations = [0, age - 1, age, 2 * age - 1, 2 * age].map(
      (now) => boxOf(sending.seal(nothing, now)).generation,
    );
    expect(generations).toEqual([0, 0, 1, 1, 2]);
  });

  test('and the old one is erased', () => {
    const key = secret();
    const raised = new SendingKey(p, 'data', id, key, 0);
    raised.raise(0);
    expect(hexOf(key)).toBe('00'.repeat(32));
  });
});

describe('one who receives', () => {
  test('follows up to 64 generations at once, and erases what it leaves', () => {
    const key = secret();
    receiving = new ReceivingKey(p, key);
    for (let times = 0; times < limits.sealGenerationsAhead; times++) sending.raise(0);
    expect(open(sending.seal(id, 0))).toMatchObject({ ok: true, lost: 0 });
    expect(hexOf(key)).toBe('00'.repeat(32));
  });

  test('follows no further, and goes on with what is nearer', () => {
    const near = sending.seal(id, 0);
    for (let times = 0; times <= limits.sealGenerationsAhead; times++) sending.raise(0);
    expect(open(sending.seal(id, 0))).toEqual({ ok: false, why: 'far' });
    expect(open(near)).toMatchObject({ ok: true });
  });

  test('is not moved by a forged generation or counter', () => {
    const first = sending.seal(id, 0);
    sending.raise(0);
    const forged = sending.seal(id, 0);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(open(forged)).toEqual({ ok: false, why: 'forged' });
    expect(open(first)).toMatchObject({ ok: true, lost: 0 });
  });
});

describe('the event keys of others', () => {
  const keyOf = (next: bigint, generation = 0) => {
    return { level: 'view', id, key: secret(), generation, next } as const;
  };
  const events = () => new SendingKey(p, 'event', id, secret(), 0);

  test('of the most owners that are remembered, the oldest gives way', () => {
    const ring = new EventRing(p);
    for (let owner = 0; owner <= limits.sealEventOwnersMax; owner++)
      ring.learn(`d${owner}`, [keyOf(0n)]);
    const event = boxOf(events().seal(id, 0));
    expect(ring.open('d0', event)).toEqual({ ok: false, why: 'unknown' });
    expect(ring.open('d1', event)).toMatchObject({ ok: true });
  });

  test('a new welcome tells what was missed meanwhile, and never goes back', () => {
    const ring = new EventRing(p);
    const sender = events();
    expect(ring.learn('kitchen', [keyOf(0n)])).toBe(0);
    const first = boxOf(sender.seal(id, 0));
    expect(ring.open('kitchen', first)).toMatchObject({ ok: true });
    expect(ring.learn('kitchen', [keyOf(0n)])).toBe(0);
    expect(ring.open('kitchen', first)).toEqual({ ok: false, why: 'dropped' });
    expect(ring.learn('kitchen', [keyOf(5n)])).toBe(4);
  });

  test('what a new welcome does not tell any more is forgotten', () => {
    const ring = new EventRing(p);
    ring.learn('kitchen', [keyOf(0n)]);
    ring.learn('kitchen', []);
    expect(ring.open('kitchen', boxOf(events().seal(id, 0))).ok).toBe(false);
  });
});

test('a hash of pieces is that of the whole', () => {
  const hash = p.startSha256();
  for (const piece of ['', 'raspberry', ' ', 'pie']) hash.update(utf8(piece));
  expect(hash.final()).toBe(hexOf(p.sha256(utf8('raspberry pie'))));
});
