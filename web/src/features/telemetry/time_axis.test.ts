// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { fits } from './time_axis.ts';

test.each([
  [0, false],
  [24, false],
  [25, true],
  [275, true],
  [276, false],
  [300, false],
])('a time of 50 pixels at %i of 300 is there: %s', (place, isThere) =>
  expect(fits(place, 50, 300)).toBe(isThere),
);
