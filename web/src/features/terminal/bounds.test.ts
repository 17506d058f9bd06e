// SPDX-License-Identifier: MIT
import type { Terminal } from '@xterm/xterm';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepInBounds } from './bounds.ts';

type Handler = (data: never) => boolean;

let handlers: Map<string | number, Handler>;

beforeEach(() => {
  handlers = new Map();
  const parser = {
    registerCsiHandler: ({ final }: { final: string }, handler: Handler) =>
      handlers.set(final, handler),
    registerOscHandler: (number: number, handler: Handler) => handlers.set(number, handler),
  };
  keepInBounds({ cols: 80, rows: 24, parser } as unknown as Terminal);
});

/** Whether it is kept from xterm.js. */
function isPassedOver(which: string | number, data: string | readonly number[]): boolean {
  return handlers.get(which)?.(data as never) ?? false;
}

describe('what is to be done so often', () => {
  test.each([
    ['L', 24, false],
    ['L', 25, true],
    ['S', 2_147_483_647, true],
    ['I', 80, false],
    ['Z', 81, true],
    ['b', 1920, false],
    ['b', 1921, true],
    ['H', 2_147_483_647, false],
  ])('%s %d is passed over: %s', (final, count, isOver) =>
    expect(isPassedOver(final, [count])).toBe(isOver),
  );
});

test('links end after many, and each is closed', () => {
  const link = () => isPassedOver(8, ';https://example.org/');
  for (let links = 0; links < 20_000; links++) expect(link()).toBe(false);
  expect(link()).toBe(true);
  expect(isPassedOver(8, ';')).toBe(false);
});

describe('colours', () => {
  test.each([
    [4, '1;?', false],
    [4, '1;?;2;?', false],
    [11, '?', false],
    [4, '1;#ff0000', true],
    [4, '1;#ff0000;2;?', true],
    [10, 'rgb:0/0/0', true],
    [104, '', true],
  ])('OSC %d;%s is passed over: %s', (number, data, isOver) =>
    expect(isPassedOver(number, data)).toBe(isOver),
  );
});
