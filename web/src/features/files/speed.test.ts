// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { Speed } from './speed.ts';

test('what moves evenly has its speed, and the rest its time', () => {
  const speed = new Speed(5000, 0);
  for (let now = 100; now <= 10_000; now += 100) speed.note(5000 + now * 2, now);
  expect(speed.bytesPerSecond).toBeCloseTo(2000);
  expect(speed.secondsFor(10_000)).toBeCloseTo(5);
});

test('nothing is said too soon, nor of what stands still', () => {
  const speed = new Speed(0, 0);
  expect(speed.note(1000, 100)).toBe(false);
  expect(speed.bytesPerSecond).toBeUndefined();
  expect(new Speed(0, 0).secondsFor(1)).toBeUndefined();
});

test('a moment of another speed changes little', () => {
  const speed = new Speed(0, 0);
  for (let now = 500; now <= 5000; now += 500) speed.note(now, now);
  speed.note(5000, 5500);
  expect(speed.bytesPerSecond).toBeGreaterThan(700);
});
