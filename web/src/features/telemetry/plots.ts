// SPDX-License-Identifier: MIT
// Which plots a device has: those for which something was measured, in a fixed order.

import { formatBytes } from '../../components/format.ts';
import { keys, type Sample } from './history.ts';
import { keyOf, labelOf, quantities, quantityOf, rangeText, type Quantity } from './quantities.ts';
import type { Measurement, Reading, Sensor } from './reading.ts';

export interface Line {
  readonly key: string;
  readonly label: string;
  /** As the kernel says it; empty where it says nothing. */
  readonly range?: string;
  /** Where the latest value is not new. */
  readonly ageSeconds?: number | undefined;
}

export interface PlotOf {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** The scale's fixed ends; undefined: as the values are. */
  readonly range: readonly [number, number] | undefined;
  /** The smallest span that the scale shows, so that noise does not look like a storm. */
  readonly spanMin: number;
  /** The steps between lines of the grid; undefined: decimal ones. */
  readonly increments?: readonly number[];
}

const percent = (value: number) => `${value.toFixed(0)} %`;
const bytesPerSecond = (value: number) => `${formatBytes(value)}/s`;

/** 1, 2, 4 … bytes up to half a tebibyte: so the grid's labels are round in KiB and MiB. */
const byteSteps = Array.from({ length: 40 }, (_, power) => 2 ** power);

/** As many colours as tokens.css has. */
const linesMax = 5;
const processorLine: Line = { key: keys.cpuTemperature, label: 'Processor' };
/** A device cannot make more lines than these, all plots together. */
const keysMax = 64;

export function plotsOf(
  samples: readonly Sample[],
  reading: Reading | undefined,
): readonly PlotOf[] {
  const measured = keysOf(samples);
  const known = measurementsOf(reading);
  const lines = (wanted: readonly Line[]) =>
    wanted.filter(({ key }) => measured.has(key)).slice(0, linesMax);
  const ofSensors = ({ name }: Quantity) =>
    [...measured].filter((key) => key.startsWith(`${name}:`)).map((key) => lineOf(key, known));
  const plotOf = (quantity: Quantity): PlotOf => ({
    title: quantity.title,
    lines: lines([
      ...(quantity.name === 'temperature' ? [processorLine] : []),
      ...ofSensors(quantity),
    ]),
    format: (value) => `${value.toFixed(quantity.digits)} ${quantity.unit}`,
    range: undefined,
    spanMin: quantity.spanMin,
  });

  const plots: PlotOf[] = [
    {
      title: 'Processor',
      lines: lines([{ key: keys.load, label: 'Load' }]),
      format: percent,
      range: [0, 100],
      spanMin: 100,
    },
    {
      title: 'Memory',
      lines: lines([{ key: keys.memory, label: 'Used' }]),
      format: percent,
      range: [0, 100],
      spanMin: 100,
    },
    ...quantities.map(plotOf),
    {
      title: 'Network',
      lines: lines([
        { key: keys.received, label: 'Received' },
        { key: keys.sent, label: 'Sent' },
      ]),
      format: bytesPerSecond,
      range: undefined,
      spanMin: 1024,
      increments: byteSteps,
    },
  ];
  return plots.filter((plot) => plot.lines.length > 0);
}

/** What the latest samples measure: enough of them that a sensor which failed once keeps its line. */
function keysOf(samples: readonly Sample[]): ReadonlySet<string> {
  const recent = samples.slice(-60);
  const found = new Set<string>();
  for (const sample of recent)
    for (const key of Object.keys(sample.values)) if (found.size < keysMax) found.add(key);
  return found;
}

function measurementsOf(reading: Reading | undefined): ReadonlyMap<string, [Sensor, Measurement]> {
  const all = (reading?.sensors ?? []).flatMap((sensor) =>
    sensor.values
      .filter((one) => quantityOf(one))
      .map((one): [string, [Sensor, Measurement]] => [keyOf(sensor, one), [sensor, one]]),
  );
  return new Map(all);
}

/** A sensor that is gone has its name from the key, and nothing else. */
function lineOf(key: string, known: ReadonlyMap<string, [Sensor, Measurement]>): Line {
  const found = known.get(key);
  if (!found) return { key, label: key.slice(key.indexOf(':') + 1) };
  const [sensor, one] = found;
  return {
    key,
    label: labelOf(sensor, one.label),
    range: rangeText(one),
    ageSeconds: one.ageSeconds,
  };
}

/** The ends of a scale around the values, wide enough, never below zero where the values are not. */
export function rangeAround(low: number, high: number, spanMin: number): [number, number] {
  const margin = Math.max(0, spanMin - (high - low)) / 2 + (high - low) * 0.08;
  const bottom = low >= 0 ? Math.max(0, low - margin) : low - margin;
  return [bottom, Math.max(high + margin, bottom + spanMin)];
}
