// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { lettersMax, Tail } from './tail.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('a character that comes in two pieces is one', () => {
  const tail = new Tail();
  const bytes = bytesOf('хп');
  tail.add(bytes.subarray(0, 3));
  expect(tail.output).toEqual({ text: 'х', bytes: 3, part: 'all', isBinary: false });
  tail.add(bytes.subarray(3));
  expect(tail.output.text).toBe('хп');
});

test('of much only the last part stays, and all of it is counted', () => {
  const tail = new Tail();
  for (let run = 0; run < 100; run++) tail.add(bytesOf('x'.repeat(10_000)));
  tail.add(bytesOf('end'));
  const { text, bytes, part } = tail.output;
  expect(text.length).toBe(lettersMax);
  expect(text.endsWith('xend')).toBe(true);
  expect([bytes, part]).toEqual([1_000_003, 'last']);
});

test('no half of a character is left at the cut', () => {
  const tail = new Tail();
  tail.add(bytesOf(`${'🍓'.repeat(lettersMax / 2)}x`));
  expect(tail.output.text.codePointAt(0)).toBe('🍓'.codePointAt(0));
});

test('what is not UTF-8 is said, also where it ends inside a character', () => {
  const tail = new Tail();
  tail.add(Uint8Array.of(0x61, 0xd1));
  expect(tail.output.isBinary).toBe(false);
  tail.finish();
  expect(tail.output).toMatchObject({ text: 'a\ufffd', isBinary: true });
});

test('what a device no longer has counts, and is missing', () => {
  const tail = new Tail();
  tail.skip(70_000);
  tail.add(bytesOf('late'));
  expect(tail.output).toEqual({ text: 'late', bytes: 70_004, part: 'last', isBinary: false });
});
