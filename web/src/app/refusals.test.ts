// SPDX-License-Identifier: MIT
import type { ClientState } from '@malinka/client';
import { expect, test } from 'vitest';
import { troubleOf } from './refusals.ts';

function refused(code: number, retryAfterSeconds?: number): ClientState {
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return { phase: 'refused', refusal: { code, error: 'why', ...wait } };
}

test.each([
  [401, 'password'],
  [409, 'name'],
  [429, 'password'],
  [503, 'hub'],
  [400, undefined],
])('a refusal with %d points at the %s', (code, field) => {
  expect(troubleOf(refused(code), 0)?.field).toBe(field);
});

test('too many wrong passwords say when it makes sense to try again', () => {
  expect(troubleOf(refused(429, 12), 1000)?.retryAt).toBe(13_000);
});

test('there is no trouble while all goes well', () => {
  expect(troubleOf({ phase: 'connecting' }, 0)).toBeUndefined();
});

test('a hub that cannot be reached is tried again by itself', () => {
  const state: ClientState = {
    phase: 'waiting',
    failure: { code: 503, error: 'gone' },
    retryAt: 5,
  };
  expect(troubleOf(state, 0)).toMatchObject({
    text: expect.stringContaining('Gone.') as string,
    retryAt: 5,
  });
});
