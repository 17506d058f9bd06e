// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, formatTime, plural } from './format.ts';

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [8 * 1024 * 1024, '8 MiB'],
    [1023.9 * 1024, '1 MiB'],
    [-5, '0 B'],
  ])('%d bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));
});

describe('durations', () => {
  test.each([
    [0.2449, '0.24 s'],
    [59, '59 s'],
    [59.6, '1 min'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [7440, '2 h 4 min'],
    [86_400, '1 d'],
    [270_000, '3 d 3 h'],
  ])('%d seconds are %s', (seconds, words) => expect(formatDuration(seconds)).toBe(words));
});

test('what is no moment is shown as it came', () => {
  expect(formatTime('<b>soon</b>')).toBe('<b>soon</b>');
});

test('one is one, and two are several', () => {
  expect([plural(1, 'entry', 'entries'), plural(2, 'entry', 'entries')]).toEqual([
    '1 entry',
    '2 entries',
  ]);
});
