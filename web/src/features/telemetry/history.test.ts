// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import {
  append,
  columnsOf,
  decodeSamples,
  rate,
  sampleOf,
  samplesMax,
  type Sample,
} from './history.ts';
import { rangeAround } from './plots.ts';
import { decodeReading } from './reading.ts';

function reading(uptimeSeconds: number, receivedBytes: number) {
  const decoded = decodeReading({
    uptimeSeconds,
    cpu: { loadPercent: 5 },
    network: [
      { interface: 'lo', receivedBytes: 999, sentBytes: 999 },
      { interface: 'eth0', receivedBytes, sentBytes: 7 },
    ],
    sensors: [{ name: 'attic', temperatureCelsius: 21 }],
  });
  if (!decoded) throw new Error('this is a reading');
  return decoded;
}

function at(time: number): Sample {
  return { time, values: { load: time } };
}

describe('a rate', () => {
  test('is bytes by the device’s own seconds, without the loopback', () => {
    expect(rate(reading(20, 3000), reading(10, 1000), 'receivedBytes')).toBe(200);
  });

  test('is unknown for the first reading and across a restart', () => {
    expect(rate(reading(20, 3000), undefined, 'receivedBytes')).toBeUndefined();
    expect(rate(reading(1, 10), reading(5000, 1000), 'receivedBytes')).toBeUndefined();
    expect(rate(reading(20, 10), reading(10, 1000), 'receivedBytes')).toBeUndefined();
  });
});

test('a sample has what was measured, and nothing else', () => {
  const { values } = sampleOf(reading(20, 3000), reading(10, 1000), 100);
  expect(values).toEqual({ load: 5, received: 200, sent: 0, 'temperature:attic': 21 });
});

describe('samples', () => {
  test('are bounded: the oldest goes', () => {
    let samples: readonly Sample[] = Array.from({ length: samplesMax }, (_, time) => at(time));
    samples = append(samples, at(samplesMax));
    expect(samples).toHaveLength(samplesMax);
    expect(samples[0]?.time).toBe(1);
  });

  test('never go back in time', () => {
    expect(append([at(5)], at(5))).toEqual([at(5)]);
    expect(append([at(5)], at(4))).toEqual([at(5)]);
  });

  test('are columns with a hole where nothing was heard for long', () => {
    const samples = [at(0), at(10), at(20), at(100), at(110)];
    expect(columnsOf(samples, ['load', 'other'], 5)).toEqual([
      [10, 20, 60, 100, 110],
      [10, 20, null, 100, 110],
      [null, null, null, null, null],
    ]);
  });

  test.each([
    null,
    5,
    'x',
    {},
    [null],
    [{ time: 'x', values: {} }],
    [{ time: 1, values: { a: 'b' } }],
  ])('that were kept as %j are none', (kept) => expect(decodeSamples(kept)).toEqual([]));
});

describe('a scale', () => {
  test('is never narrower than its least span, nor below zero without reason', () => {
    expect(rangeAround(50, 50, 4)).toEqual([48, 52]);
    expect(rangeAround(0, 1, 10)).toEqual([0, 10]);
    expect(rangeAround(-5, -4, 2)[0]).toBeLessThan(-5);
  });
});

describe('a reading', () => {
  test.each([null, [], 'x', {}, { uptimeSeconds: 'x' }, { uptimeSeconds: null }])(
    '%j is none',
    (value) => {
      expect(decodeReading(value)).toBeUndefined();
    },
  );

  test('of wrong types is read as far as it goes', () => {
    const decoded = decodeReading({
      uptimeSeconds: 1,
      cpu: 5,
      memory: [],
      disks: {},
      network: [1],
      sensors: 'x',
    });
    expect(decoded).toMatchObject({
      uptimeSeconds: 1,
      loadPercent: undefined,
      disks: [],
      sensors: [],
    });
  });

  test('cannot bring more sensors or disks than there is room for', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      name: `${index}`,
      path: `${index}`,
    }));
    const decoded = decodeReading({ uptimeSeconds: 1, sensors: many, disks: many });
    expect(decoded?.sensors.length).toBeLessThanOrEqual(16);
    expect(decoded?.disks.length).toBeLessThanOrEqual(16);
  });
});
