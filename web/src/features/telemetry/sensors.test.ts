// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import type { Json } from '@malinka/client';
import { append, sampleOf, type Sample } from './history.ts';
import { plotsOf } from './plots.ts';
import { keyOf, rangeText, valueText } from './quantities.ts';
import { decodeReading, type Reading } from './reading.ts';
import { throttledBefore, throttledNow } from './throttling.ts';

function reading(members: Record<string, Json>): Reading {
  const decoded = decodeReading({ uptimeSeconds: 1, ...members });
  if (!decoded) throw new Error('this is a reading');
  return decoded;
}

const warm = { quantity: 'temperature', value: 21.44, unit: '°C', min: 0, max: 50 };
const damp = { quantity: 'humidity', value: 44, unit: '%' };

/** A reading of one sensor. */
function of(values: Json, more: Record<string, Json> = {}): Reading {
  return reading({ sensors: [{ name: 'hall', values, ...more }] });
}

function firstOf(values: Json) {
  const [value] = of(values).sensors[0]?.values ?? [];
  if (!value) throw new Error('there is a value');
  return value;
}

function samplesOf(...readings: Reading[]): readonly Sample[] {
  return readings.reduce(
    (all: readonly Sample[], one, time) => append(all, sampleOf(one, undefined, time)),
    [],
  );
}

describe('a value', () => {
  test('is shown with its unit and its range', () => {
    expect(valueText(firstOf([warm]))).toBe('21.4 °C');
    expect(rangeText(firstOf([warm]))).toBe('0 to 50 °C');
    expect(rangeText(firstOf([{ ...damp, max: 90 }]))).toBe('up to 90 %');
    expect(rangeText(firstOf([{ ...damp, min: 20 }]))).toBe('from 20 %');
    expect(rangeText(firstOf([damp]))).toBe('');
  });

  test.each([
    { ...warm, value: '21' },
    { ...warm, value: null },
    { ...warm, unit: 5 },
    { ...warm, unit: 'as long as a sentence' },
    { value: 1, unit: 'V' },
    5,
    null,
  ])('that is %j is none', (value) => {
    expect(of([value]).sensors[0]?.values).toEqual([]);
  });

  test('of an older device is what it says in short', () => {
    const old = reading({
      sensors: [{ name: 'hall', temperatureCelsius: 21.4, humidityPercent: 44 }],
    });
    expect(old.sensors[0]?.values.map(valueText)).toEqual(['21.4 °C', '44 %']);
  });

  test('cannot be brought in any number', () => {
    expect(of(Array.from({ length: 1000 }, () => warm)).sensors[0]?.values).toHaveLength(8);
  });
});

describe('a plot', () => {
  test('has a line for each sensor, with the range that the kernel says', () => {
    const now = of([warm, damp]);
    const [temperature, humidity] = plotsOf(samplesOf(now), now);
    expect(temperature).toMatchObject({
      title: 'Temperature',
      lines: [{ label: 'hall', range: '0 to 50 °C' }],
    });
    expect(temperature?.format(21.44)).toBe('21.4 °C');
    expect(humidity).toMatchObject({ title: 'Humidity', lines: [{ label: 'hall', range: '' }] });
  });

  test('is there for all that can be measured', () => {
    const fan = { quantity: 'fan', label: '2', value: 1200, unit: 'rpm' };
    const volt = { quantity: 'voltage', label: 'core', value: 0.85, unit: 'V' };
    const now = of([fan, volt]);
    expect(
      plotsOf(samplesOf(now), now).map(({ title, lines }) => [title, lines[0]?.label]),
    ).toEqual([
      ['Fans', 'hall 2'],
      ['Voltage', 'hall core'],
    ]);
  });

  test('has no new point where the value is not new, and says how old it is', () => {
    const old = { ...warm, ageSeconds: 75 };
    const [first, later] = [of([warm]), of([old], { error: 'temperature: Input/output error' })];
    const samples = samplesOf(first, later);
    expect(samples[1]?.values).toEqual({});
    expect(plotsOf(samples, later)[0]?.lines[0]?.ageSeconds).toBe(75);
  });

  test('of a unit that does not fit its scale is none', () => {
    const odd = of([
      { ...warm, unit: 'K' },
      { quantity: '__proto__', value: 1, unit: 'V' },
    ]);
    expect(plotsOf(samplesOf(odd), odd)).toEqual([]);
  });

  test('of a sensor that is gone keeps its name for a while', () => {
    const before = of([warm]);
    const [sensor] = before.sensors;
    if (!sensor?.values[0]) throw new Error('there is a value');
    const gone = reading({});
    const [plot] = plotsOf(samplesOf(before, gone), gone);
    expect(plot?.lines).toEqual([{ key: keyOf(sensor, sensor.values[0]), label: 'hall' }]);
  });
});

test('cores are percents, and no more than there is room for', () => {
  const cores = reading({ cpu: { corePercents: [12.5, 'x', null, 300, -1] } }).corePercents;
  expect(cores).toEqual([12.5, 100, 0]);
  const many = Array.from({ length: 1000 }, () => 1);
  expect(reading({ cpu: { corePercents: many } }).corePercents).toHaveLength(64);
});

describe('throttling', () => {
  test('now is said with what helps, and what is over apart from it', () => {
    const { throttling } = reading({
      throttled: {
        underVoltage: true,
        underVoltageSinceBoot: true,
        throttled: false,
        throttledSinceBoot: true,
        other: true,
      },
    });
    expect(throttledNow(throttling)).toContain('power supply');
    expect(throttledBefore(throttling)).toBe('Since its start it was slowed down at times.');
  });

  test('is nothing where all is well, or nothing is known', () => {
    for (const throttled of [{ underVoltage: false }, { underVoltage: 'yes' }, [true], 5, null]) {
      const { throttling } = reading({ throttled });
      expect(throttledNow(throttling) + throttledBefore(throttling)).toBe('');
    }
  });
});
