// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { grantOf } from '../agent/description.ts';
import { decodeEdges, DeviceClock, extend, marksMax, pathOf, type Trace } from './edge.ts';
import { gpioOf, rows, sortOut } from './header.ts';
import { decodeListing, decodeStates, lineOf, referenceOf, titleOf, type Line } from './line.ts';
import { needsArming, obstacleOf, pinWords } from './words.ts';

const chip = { name: 'gpiochip0', label: 'pinctrl-bcm2711', lines: 58, header: true };
const relays = { name: 'gpiochip4', label: 'relays', lines: 8, header: false };
const lamp = {
  line: 17,
  name: 'lamp',
  kernelName: 'GPIO17',
  chip: 'gpiochip0',
  direction: 'output',
  held: true,
  value: 1,
  activeLow: false,
  access: 'write',
};

function listed(...lines: readonly object[]): readonly Line[] {
  return decodeListing(JSON.parse(JSON.stringify({ chips: [chip, relays], lines })))?.lines ?? [];
}

function one(changes: object = {}): Line {
  const [line] = listed({ ...lamp, ...changes });
  if (!line) throw new Error('it is no line');
  return line;
}

describe('a list of lines', () => {
  test('is read with the names, users and values that it tells', () => {
    expect(one({ consumer: 'malinka' })).toMatchObject({
      number: 17,
      name: 'lamp',
      isOnHeader: true,
      direction: 'output',
      consumer: 'malinka',
      isHeld: true,
      value: 1,
      access: 'write',
    });
  });

  test.each([null, [], 'x', 7, {}, { lines: {} }, { lines: 'many' }])('%j is none', (value) => {
    expect(decodeListing(value)).toBeUndefined();
  });

  test.each([-1, 1.5, 65_536, '17', null, 1e300])('line %j is left out', (line) => {
    expect(listed({ ...lamp, line })).toEqual([]);
  });

  test('takes nothing for granted of what is not what it should be', () => {
    const odd = { name: 5, kernelName: [], direction: 'up', value: 2, access: 'all', held: 'no' };
    expect(one({ ...odd, consumer: {}, reason: 9, activeLow: 1 })).toMatchObject({
      name: undefined,
      kernelName: undefined,
      direction: 'input',
      value: undefined,
      access: 'none',
      isHeld: false,
      consumer: undefined,
      reason: undefined,
      isActiveLow: false,
    });
  });

  test('does not grow without bound, has each line once, and no endless text', () => {
    const many = Array.from({ length: 5000 }, (_, line) => ({ ...lamp, line: line % 2000 }));
    const long = 'x'.repeat(1_000_000);
    expect(listed(...many).length).toBe(512);
    expect(listed(lamp, lamp).length).toBe(1);
    const line = one({ name: long, consumer: long, reason: long });
    expect(line.name).toBeUndefined();
    expect(line.consumer?.length).toBe(512);
    expect(line.reason?.length).toBe(512);
  });

  test('names lines in commands as a device can tell them apart', () => {
    expect(referenceOf(one())).toBe('lamp');
    expect(referenceOf(one({ name: undefined }))).toBe(17);
    expect(referenceOf(one({ name: undefined, chip: 'gpiochip4' }))).toBe('GPIO17');
    expect(titleOf(one({ name: undefined, kernelName: undefined }))).toBe('GPIO17');
  });
});

test('what a reply says belongs to the line of its name, or to the header', () => {
  const lines = listed({ ...lamp, chip: 'gpiochip4' }, { ...lamp, name: undefined });
  expect(lineOf(lines, { number: 17, name: 'lamp' })?.chip).toBe('gpiochip4');
  expect(lineOf(lines, { number: 17, name: undefined })?.chip).toBe('gpiochip0');
  expect(lineOf(lines, { number: 17, name: 'pump' })).toBeUndefined();
  expect(decodeStates({ lines: [{ line: 17, value: 2 }, null, { line: 4, value: 0 }] })).toEqual([
    { number: 4, name: undefined, value: 0, direction: undefined },
  ]);
});

describe('the header', () => {
  const pins = rows.flat();
  const gpios = pins.flatMap((pin) => ('gpio' in pin ? [pin.gpio] : []));

  test('has 40 pins in order, 28 lines, 8 grounds and 4 supplies', () => {
    expect(pins.map(({ pin }) => pin)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect([...gpios].sort((a, b) => a - b)).toEqual(Array.from({ length: 28 }, (_, at) => at));
    expect(pins.filter(({ kind }) => kind === 'ground').map(({ pin }) => pin)).toEqual([
      6, 9, 14, 20, 25, 30, 34, 39,
    ]);
    const supplies = pins.filter(({ kind }) => kind === '3v3' || kind === '5v');
    expect(supplies.map(({ pin, kind }) => `${pin} ${kind}`)).toEqual([
      '1 3v3',
      '2 5v',
      '4 5v',
      '17 3v3',
    ]);
  });

  test.each([
    [3, 2],
    [8, 14],
    [11, 17],
    [12, 18],
    [13, 27],
    [24, 8],
    [27, 0],
    [28, 1],
    [32, 12],
    [40, 21],
  ])('has pin %i as GPIO%i', (pin, gpio) => {
    expect(pins[pin - 1]).toMatchObject({ pin, gpio });
  });

  test('finds lines by the kernel’s name where their offset is another', () => {
    expect(gpioOf(one({ line: 5, kernelName: 'GPIO17' }))).toBe(17);
    expect(gpioOf(one({ line: 2, kernelName: 'SDA1' }))).toBe(2);
    expect(gpioOf(one({ line: 40, kernelName: 'PWR_LED_OFF' }))).toBeUndefined();
    expect(gpioOf(one({ chip: 'gpiochip4' }))).toBeUndefined();
  });

  test('has one line at a pin, and the others beside it', () => {
    const { onHeader, others } = sortOut(listed(lamp, { ...lamp, line: 5 }, { ...lamp, line: 40 }));
    expect([...onHeader.keys()]).toEqual([17]);
    expect(others.length).toBe(2);
  });

  test('is read out with number, name and state', () => {
    const pin = pins[10]!;
    expect(pinWords(pin, one())).toBe('Pin 11: lamp, GPIO17, output, on');
    expect(pinWords(pin, one({ name: undefined, value: undefined, held: false }))).toBe(
      'Pin 11: GPIO17, output, not known',
    );
    expect(pinWords(pin, one({ held: false, consumer: 'w1', value: 0 }))).toContain('used by w1');
    expect(pinWords(pin, one({ access: 'none' }))).toBe('Pin 11: lamp, GPIO17, not allowed');
    expect(pinWords(pins[1]!, undefined)).toBe('Pin 2: 5 V');
  });
});

describe('a line', () => {
  const control = grantOf(undefined, 'gpio', 'control');

  test('is switched at once only when it is an output that has a name', () => {
    expect(needsArming(one())).toBe(false);
    expect(needsArming(one({ name: undefined }))).toBe(true);
    expect(needsArming(one({ direction: 'input' }))).toBe(true);
  });

  test('is not changed against the policy, or where somebody else uses it', () => {
    expect(obstacleOf(one(), control)).toBe('');
    expect(obstacleOf(one(), { granted: false, reason: 'Watch only.' })).toBe('Watch only.');
    expect(obstacleOf(one({ access: 'read', reason: 'read only' }), control)).toBe('read only');
    expect(obstacleOf(one({ access: 'none' }), control)).not.toBe('');
    expect(obstacleOf(one({ held: false, consumer: 'w1' }), control)).toContain('w1');
    expect(obstacleOf(one({ held: true, consumer: 'malinka-agent' }), control)).toBe('');
  });
});

describe('edges', () => {
  test('are read one by one, and what makes no sense is left out', () => {
    const edge = { line: 27, name: 'bell', edge: 'rising', value: 1, timeNanoseconds: 5e6 };
    const odd = [
      null,
      { ...edge, line: -1 },
      { ...edge, edge: 'sideways' },
      { ...edge, timeNanoseconds: '5' },
    ];
    expect(decodeEdges({ edges: [edge, ...odd], lost: 2.5 })).toEqual({
      edges: [{ number: 27, name: 'bell', isRising: true, value: 1, milliseconds: 5 }],
      lost: 2,
    });
    expect(decodeEdges({ edges: 7, lost: -4 })).toEqual({ edges: [], lost: 0 });
    expect(decodeEdges(null)).toEqual({ edges: [], lost: 0 });
    expect(decodeEdges({ edges: [{ ...edge, edge: 'falling', value: undefined }] })).toMatchObject({
      edges: [{ isRising: false, value: 0 }],
    });
    expect(decodeEdges({ edges: Array(100_000).fill(edge) }).edges.length).toBe(4096);
  });

  test('keep the device’s distances, never lie in the future, and outlive its restart', () => {
    const clock = new DeviceClock();
    expect(clock.timeOf(1000, 50_400)).toBe(50_400);
    // The quickest on its way tells the distance of the clocks best.
    expect(clock.timeOf(1500, 50_600)).toBe(50_600);
    expect(clock.timeOf(2000, 51_900)).toBe(51_100);
    expect(clock.timeOf(5, 60_000)).toBe(60_000);
  });

  test('are kept up to a number, from which on the trace then begins', () => {
    const marks = Array.from({ length: marksMax + 10 }, (_, time) => ({
      time,
      isRising: true,
      value: 1 as const,
    }));
    const trace = extend({ since: -5, marks: [] }, marks);
    expect(trace.marks.length).toBe(marksMax);
    expect(trace.since).toBe(10);
  });

  test('are drawn as steps, and nothing is drawn of a time of which nothing is known', () => {
    const frame = { from: 0, to: 100, width: 100, high: 1, low: 9 };
    const rising = { time: 40, isRising: true, value: 1 } as const;
    const falling = { time: 60, isRising: false, value: 0 } as const;
    const trace: Trace = { since: 20, marks: [rising, falling] };
    expect(pathOf(trace, 0, frame)).toBe('M20.0 9H40.0V1H60.0V9H100');
    expect(pathOf({ since: 0, marks: [] }, 1, frame)).toBe('M0.0 1H100');
    expect(pathOf({ since: 0, marks: [] }, undefined, frame)).toBe('');
    expect(pathOf({ since: 200, marks: [] }, 1, frame)).toBe('');
    expect(pathOf(trace, 0, { ...frame, from: 50, to: 100 })).toBe('M0.0 1H20.0V9H100');
  });
});
