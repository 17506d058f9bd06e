// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { wordsOfEnding } from './ending.ts';
import { pageKeyOf, sequenceOf, withCtrl } from './keys.ts';
import { safeAddress } from './links.ts';
import { cleanPaste, hasSeveralLines, previewOfPaste, shorten } from './paste.ts';
import { decodeList, decodeSeat } from './seat.ts';

describe('an ending', () => {
  test.each([
    [{ exitCode: 0 }, 'The shell ended: exit 0.'],
    [{ signal: 9 }, 'The shell was ended by SIGKILL.'],
    [{ signal: 63 }, 'The shell was ended by signal 63.'],
    [{ exitCode: '<b>' }, 'The shell ended.'],
    [undefined, 'The shell ended.'],
  ])('of %j reads %s', (value, words) => expect(wordsOfEnding(value)).toBe(words));
});

describe('a paste', () => {
  test('loses what would act as keys or end its brackets', () => {
    expect(cleanPaste('a\x1b[201~b\x03\x9b\tc\r\nd\re')).toBe('a[201~b\tc\nd\ne');
  });

  test.each([
    ['ls', false],
    ['ls\n', false],
    ['ls\npwd', true],
    ['\nls', true],
  ])('%j is of several lines: %s', (text, several) => expect(hasSeveralLines(text)).toBe(several));

  test('is shown by its first lines, none of them too long', () => {
    const preview = previewOfPaste(`${'x'.repeat(500)}\n`.repeat(9)).split('\n');
    expect(preview).toHaveLength(7);
    expect(preview[0]).toHaveLength(81);
    expect(preview[6]).toBe('…');
  });

  test('shortened, tears no letter', () => expect(shorten('😀😀😀', 2)).toBe('😀😀…'));
});

describe('an address', () => {
  test.each(['https://example.org/a?b', 'http://[::1]:8080/'])('%s leads there', (text) =>
    expect(safeAddress(text)).toBe(text),
  );

  test.each([
    'javascript:alert(1)',
    'data:text/html,<script>1</script>',
    'file:///etc/passwd',
    'ssh://host',
    'example.org',
    '',
    `https://example.org/${'a'.repeat(3000)}`,
  ])('%s leads nowhere', (text) => expect(safeAddress(text)).toBeUndefined());
});

describe('keys', () => {
  const pressed = { ctrlKey: true, shiftKey: true, altKey: false, metaKey: false };

  test('with Ctrl and Shift some are the page’s own', () => {
    expect(pageKeyOf({ ...pressed, code: 'KeyL' })).toBe('leave');
    expect(pageKeyOf({ ...pressed, code: 'KeyR' })).toBeUndefined();
    expect(pageKeyOf({ ...pressed, shiftKey: false, code: 'KeyC' })).toBeUndefined();
    expect(pageKeyOf({ ...pressed, altKey: true, code: 'KeyC' })).toBeUndefined();
  });

  test.each([
    ['c', '\x03'],
    ['C', '\x03'],
    ['[', '\x1b'],
    [' ', '\0'],
    ['1', '1'],
    ['é', 'é'],
    ['ls', 'ls'],
  ])('Ctrl and %j type %j', (text, typed) => expect(withCtrl(text)).toBe(typed));

  test('arrows are sent as the program wants them', () => {
    expect(sequenceOf('ArrowUp', false, false)).toBe('\x1b[A');
    expect(sequenceOf('ArrowUp', false, true)).toBe('\x1bOA');
    expect(sequenceOf('ArrowLeft', true, true)).toBe('\x1b[1;5D');
    expect(sequenceOf('Escape', false, false)).toBe('\x1b');
    expect(sequenceOf('Tab', false, false)).toBe('\t');
  });
});

describe('what a device says of its terminals', () => {
  const size = { columns: 80, rows: 24 };

  test.each([
    null,
    [],
    { session: 'a' },
    { session: 'A!', ...size },
    { session: 'a', columns: 80, rows: 0 },
    { session: 'a', columns: 1e9, rows: 24 },
    { session: 'a', columns: 80.5, rows: 24 },
  ])('%j is no place there', (value) => expect(decodeSeat(value)).toBeUndefined());

  test('who writes is said by the device alone', () => {
    expect(decodeSeat({ session: 'a', ...size })).toMatchObject({ isWriter: false, user: '' });
  });

  test('a list without end is cut, and what is no terminal is left out', () => {
    const one = { session: 'a', since: 'x', viewers: 2, ...size };
    expect(decodeList({ sessions: [one, 7, { ...one, rows: -1 }] })).toEqual([one]);
    expect(decodeList({ sessions: Array.from({ length: 1000 }, () => one) })).toHaveLength(16);
    expect(decodeList({ sessions: 'x' })).toEqual([]);
  });
});
