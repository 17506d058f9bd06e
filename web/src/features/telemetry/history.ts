// SPDX-License-Identifier: MIT
// The readings of one device over time, as the lines of its plots. Value type, bounded.

import { keyOf, quantityOf } from './quantities.ts';
import type { Reading } from './reading.ts';

/** One moment: seconds since 1970 by this browser's clock, and what was measured then. */
export interface Sample {
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/** An hour at one reading a second; ten at the usual ten seconds. */
export const samplesMax = 3600;
/** Two readings further apart than this many usual intervals are not joined by a line. */
const gapIntervals = 4;
const gapSecondsMin = 15;

export const keys = {
  load: 'load',
  memory: 'memory',
  cpuTemperature: 'cpuTemperature',
  received: 'received',
  sent: 'sent',
} as const;

/** What a reading adds to the plots; rates need the one before it. */
export function sampleOf(reading: Reading, before: Reading | undefined, time: number): Sample {
  const values: Record<string, number> = {};
  const put = (key: string, value: number | undefined) => {
    if (value !== undefined) values[key] = value;
  };
  put(keys.load, reading.loadPercent);
  put(keys.memory, reading.memoryPercent);
  put(keys.cpuTemperature, reading.cpuTemperature);
  put(keys.received, rate(reading, before, 'receivedBytes'));
  put(keys.sent, rate(reading, before, 'sentBytes'));
  // What was measured for an earlier reading has its point already.
  for (const sensor of reading.sensors)
    for (const one of sensor.values)
      if (quantityOf(one) && one.ageSeconds === undefined) put(keyOf(sensor, one), one.value);
  return { time, values };
}

/** Bytes per second by the device's own clock; unknown across a restart of the device. */
export function rate(
  reading: Reading,
  before: Reading | undefined,
  counter: 'receivedBytes' | 'sentBytes',
): number | undefined {
  const [now, then] = [reading[counter], before?.[counter]];
  if (now === undefined || then === undefined || before === undefined) return undefined;
  const seconds = reading.uptimeSeconds - before.uptimeSeconds;
  return seconds > 0 && now >= then ? (now - then) / seconds : undefined;
}

/** The samples with one more, the oldest gone when there are too many; time never goes back. */
export function append(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.time <= last.time) return samples;
  return [...samples.slice(Math.max(0, samples.length - samplesMax + 1)), sample];
}

/** Columns for a plot: times, and a column for each key, null where nothing was measured. */
export type Columns = [number[], ...(number | null)[][]];

export function columnsOf(
  samples: readonly Sample[],
  columnKeys: readonly string[],
  since: number,
): Columns {
  const times: number[] = [];
  const columns = columnKeys.map((): (number | null)[] => []);
  let before: Sample | undefined;
  let interval = Infinity;
  for (const sample of samples) {
    if (sample.time < since) continue;
    const step = before ? sample.time - before.time : 0;
    if (before && step > Math.max(gapSecondsMin, gapIntervals * interval)) {
      times.push(before.time + step / 2);
      for (const column of columns) column.push(null);
    }
    if (before) interval = step;
    times.push(sample.time);
    columnKeys.forEach((key, index) => columns[index]?.push(sample.values[key] ?? null));
    before = sample;
  }
  return [times, ...columns];
}

/** What was kept by an earlier page, checked: the browser's store is as untrusted as a peer. */
export function decodeSamples(value: unknown): readonly Sample[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isSample).slice(-samplesMax);
}

function isSample(value: unknown): value is Sample {
  if (typeof value !== 'object' || value === null) return false;
  const { time, values } = value as Partial<Sample>;
  if (typeof time !== 'number' || typeof values !== 'object' || values === null) return false;
  return Object.values(values).every((one) => typeof one === 'number');
}
