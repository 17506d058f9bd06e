// SPDX-License-Identifier: MIT
import { beforeAll, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { utf8 } from './bytes.ts';
import { SendingKey } from './cipher.ts';
import { EventRing } from './event_ring.ts';
import { parseForm, type Boxed } from './forms.ts';
import { loadPrimitives, type Primitives } from './primitives.ts';

let p: Primitives;
beforeAll(async () => {
  p = await loadPrimitives();
});

/** One that tells events under a key of its own. */
class Teller {
  readonly #id: Uint8Array;
  readonly #key: SendingKey;

  constructor(readonly name: string) {
    this.#id = p.blake2b(16, utf8(name));
    this.#key = new SendingKey(p, 'event', this.#id, p.sha256(utf8(name)).slice(), 0);
  }

  get told() {
    const { key, generation, next } = this.#key.state;
    return [{ level: 'view', id: this.#id, key: key.slice(), generation, next }] as const;
  }

  tell(): Boxed {
    const form = parseForm(this.#key.seal(utf8('an event'), 0));
    if (form?.kind !== 'event') throw new Error('this was an event');
    return form;
  }
}

test('who was not heard of for longest is forgotten, not who introduced itself first', () => {
  const ring = new EventRing(p);
  const tellers = Array.from(
    { length: limits.sealEventOwnersMax + 1 },
    (_, index) => new Teller(`d${index}`),
  );
  const [first, second, ...others] = tellers;
  if (!first || !second) throw new Error('there are many');
  ring.learn(first.name, first.told);
  ring.learn(second.name, second.told);
  for (const other of others.slice(1)) ring.learn(other.name, other.told);
  expect(ring.open(first.name, first.tell()).ok).toBe(true);
  const newest = others[0];
  if (newest) ring.learn(newest.name, newest.told);
  expect(ring.open(second.name, second.tell())).toEqual({ ok: false, why: 'unknown' });
  expect(ring.open(first.name, first.tell()).ok).toBe(true);
});
