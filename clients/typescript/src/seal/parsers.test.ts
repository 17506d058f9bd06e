// SPDX-License-Identifier: MIT
// Each parser of sealed messages with many thousand changed inputs: none throws, and what is
// taken is written as the same bytes.

import { beforeAll, expect, test } from 'vitest';
import { Chance } from '../testing/chance.ts';
import { casesOf } from '../testing/vectors.ts';
import { writtenForm } from '../testing/written_form.ts';
import { hexOf } from './bytes.ts';
import { parseForm } from './forms.ts';
import { Greeting, makeEventKeys, parseEventKeys } from './handshake.ts';
import { parseInner } from './inner.ts';
import { loadPrimitives, type Primitives } from './primitives.ts';

let p: Primitives;
beforeAll(async () => {
  p = await loadPrimitives();
});

test('forms', () => {
  const chance = new Chance('forms');
  const seeds = casesOf('sealed/forms').map(({ input }) => input);
  let taken = 0;
  for (let run = 0; run < 20_000; run++) {
    const blob = chance.mutated(seeds[run % seeds.length] ?? new Uint8Array());
    const form = parseForm(blob);
    if (form === undefined) continue;
    taken++;
    expect(hexOf(writtenForm(form))).toBe(hexOf(blob));
  }
  expect(taken).toBeGreaterThan(200);
});

test('the event keys of a welcome', () => {
  const chance = new Chance('event keys');
  const keys = (['view', 'control'] as const).map((level) => ({
    level,
    id: chance.bytes(16),
    key: chance.bytes(32),
    generation: 7,
    next: 9n,
  }));
  const seeds = [makeEventKeys([]), makeEventKeys(keys.slice(0, 1)), makeEventKeys(keys)];
  let taken = 0;
  for (let run = 0; run < 20_000; run++) {
    const payload = chance.mutated(seeds[run % seeds.length] ?? new Uint8Array());
    const parsed = parseEventKeys(payload, 'control');
    if (parsed === undefined) continue;
    taken++;
    expect(hexOf(makeEventKeys(parsed))).toBe(hexOf(payload));
    expect(new Set(parsed.map(({ level }) => level)).size).toBe(parsed.length);
    expect(parseEventKeys(payload, 'view')?.some(({ level }) => level === 'control')).not.toBe(
      true,
    );
  }
  expect(taken).toBeGreaterThan(200);
});

test('inner messages', () => {
  const chance = new Chance('inner messages');
  const seeds = casesOf('sealed/inner')
    .map(({ input }) => input)
    .filter(({ length }) => length < 2000);
  let taken = 0;
  for (let run = 0; run < 20_000; run++) {
    const inner = parseInner(chance.mutated(seeds[run % seeds.length] ?? new Uint8Array()));
    if (!inner.ok) expect(inner.failure.code).toBe(400);
    else taken++;
  }
  expect(taken).toBeGreaterThan(20);
});

test('welcomes, of which none but the one that was written is taken', () => {
  const chance = new Chance('welcomes');
  const [vector] = casesOf('sealed/handshakes').filter(({ file }) => file === 'control.json');
  if (vector === undefined) throw new Error('the vector is gone');
  const hex = (object: object, name: string) =>
    Uint8Array.from(((object as Record<string, string>)[name] ?? '').match(/../g) ?? [], (digits) =>
      parseInt(digits, 16),
    );
  const place = {
    channel: 'home',
    initiator: 'phone',
    responder: 'kitchen',
    level: 'control',
    session: hex(vector.given, 'sessionIdHex'),
  } as const;
  const ephemeral = hex(vector.given, 'initiatorEphemeralHex');
  const greeting = new Greeting(p, place, hex(vector.given, 'pskHex'), ephemeral);
  const welcome = hex(vector.expect, 'welcomeHex');
  for (let run = 0; run < 500; run++) {
    const blob = chance.mutated(welcome);
    const form = parseForm(blob);
    if (form?.kind !== 'welcome' || hexOf(blob) === hexOf(welcome)) continue;
    expect(greeting.accept(form)).toBeUndefined();
  }
  const form = parseForm(welcome);
  expect(form?.kind === 'welcome' && greeting.accept(form)).toBeTruthy();
});
