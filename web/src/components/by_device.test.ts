// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { ByDevice, devicesMax } from './by_device.ts';

const names = (count: number) => Array.from({ length: count }, (_, at) => `device ${at}`);
const made = () => new ByDevice((device) => ({ device }));

test('what is kept of a device is made once, when it is asked for', () => {
  const all = made();
  const kitchen = all.of('kitchen');
  expect(kitchen).toEqual({ device: 'kitchen' });
  expect(all.of('kitchen')).toBe(kitchen);
  expect(all.find('kitchen')).toBe(kitchen);
  expect([...all]).toEqual([['kitchen', kitchen]]);
});

test('one too many takes the place of that which was silent for longest', () => {
  const all = made();
  const [first] = names(devicesMax).map((name) => all.of(name));
  expect(all.hasRoom).toBe(false);
  expect(all.of('device 0')).toBe(first);
  all.find('device 1');
  all.of('one more');
  expect(all.find('device 0')).toBe(first);
  expect(all.find('device 1')).toBeDefined();
  expect(all.find('device 2')).toBeUndefined();
  expect([...all].length).toBe(devicesMax);
});

test('nobody who is only heard of takes a place', () => {
  const all = made();
  expect(all.find('kitchen')).toBeUndefined();
  expect([...all]).toEqual([]);
});
