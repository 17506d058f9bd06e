// SPDX-License-Identifier: MIT
// Which plots a device has: those for which something was measured, in a fixed order.

import { formatBytes } from '../../components/format.ts';
import { keys, type Sample } from './history.ts';
import { sensorsMax } from './reading.ts';

export interface Line {
  readonly key: string;
  readonly label: string;
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
const celsius = (value: number) => `${value.toFixed(1)} °C`;
const bytesPerSecond = (value: number) => `${formatBytes(value)}/s`;

/** 1, 2, 4 … bytes up to half a tebibyte: so the grid's labels are round in KiB and MiB. */
const byteSteps = Array.from({ length: 40 }, (_, power) => 2 ** power);

/** As many colours as tokens.css has. */
const linesMax = 5;

export function plotsOf(samples: readonly Sample[]): readonly PlotOf[] {
  const measured = keysOf(samples);
  const lines = (wanted: readonly Line[]) =>
    wanted.filter(({ key }) => measured.has(key)).slice(0, linesMax);
  const ofSensors = (prefix: string) =>
    [...measured]
      .filter((key) => key.startsWith(prefix))
      .map((key): Line => ({ key, label: key.slice(prefix.length) }));

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
    {
      title: 'Temperature',
      lines: lines([
        { key: keys.cpuTemperature, label: 'Processor' },
        ...ofSensors(keys.temperature('')),
      ]),
      format: celsius,
      range: undefined,
      spanMin: 4,
    },
    {
      title: 'Humidity',
      lines: lines(ofSensors(keys.humidity(''))),
      format: percent,
      range: undefined,
      spanMin: 10,
    },
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
    for (const key of Object.keys(sample.values))
      if (found.size < 5 + 2 * sensorsMax) found.add(key);
  return found;
}

/** The ends of a scale around the values, wide enough, never below zero where the values are not. */
export function rangeAround(low: number, high: number, spanMin: number): [number, number] {
  const margin = Math.max(0, spanMin - (high - low)) / 2 + (high - low) * 0.08;
  const bottom = low >= 0 ? Math.max(0, low - margin) : low - margin;
  return [bottom, Math.max(high + margin, bottom + spanMin)];
}
