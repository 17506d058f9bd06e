// SPDX-License-Identifier: MIT
import type { Json, Reply } from '@malinka/client';
import { describe, expect, test } from 'vitest';
import { decodeOutcome, verdictOf } from './output.ts';

function words(value: Json | undefined, code = 200): string {
  const reply: Reply = {
    from: 'kitchen',
    success: code === 200,
    code,
    error: '',
    value,
    blob: undefined,
  };
  return verdictOf(reply, decodeOutcome(value)).words;
}

const output = { text: '', bytes: 0, cut: false };

describe('a verdict', () => {
  test.each([
    [{ exitCode: 0, stdout: output }, 200, 'exit 0'],
    [{ exitCode: 3, stdout: output }, 200, 'exit 3'],
    [{ exitCode: null, signal: 11, stdout: output }, 200, 'signal 11'],
    [{ exitCode: null, signal: 9, timedOut: true, stdout: output }, 408, 'timed out'],
    [{ exitCode: null, signal: 15, cancelled: true, stdout: output }, 200, 'cancelled'],
    [{}, 403, 'error 403'],
    [undefined, 404, 'error 404'],
  ])('of %j with %d is %s', (value, code, verdict) => expect(words(value, code)).toBe(verdict));
});

describe('an output', () => {
  test('that is not UTF-8 is shown as far as it has letters', () => {
    const outcome = decodeOutcome({ stdout: { base64: 'YWL/', bytes: 3, cut: false } });
    expect(outcome?.stdout).toEqual({
      text: 'ab\ufffd',
      bytes: 3,
      part: 'all',
      isBinary: true,
    });
  });

  test('that was cut says so', () => {
    expect(decodeOutcome({ stdout: { text: 'a', bytes: 9, cut: true } })?.stdout.part).toBe(
      'first',
    );
  });

  test.each([null, [], 'x', {}, { stdout: 5 }, { stdout: { base64: '%' } }])(
    'of %j throws nothing',
    (value) => {
      expect(() => decodeOutcome(value)).not.toThrow();
    },
  );
});
