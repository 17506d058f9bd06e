// SPDX-License-Identifier: MIT
// What gpio.edge tells, and the trace of one line that is made of it.

import { isObject, numberMember, stringMember } from '@malinka/client';
import type { Json } from '@malinka/client';
import { levelOf, nameOf, objectsOf, offsetOf, type Level } from './line.ts';

export interface Edge {
  readonly number: number;
  readonly name: string | undefined;
  readonly isRising: boolean;
  readonly value: Level;
  /** By the device's monotonic clock. */
  readonly milliseconds: number;
}

export interface Edges {
  readonly edges: readonly Edge[];
  /** How many the kernel dropped. */
  readonly lost: number;
}

/** An edge at its moment by this page's clock. */
export interface Mark {
  readonly time: number;
  readonly isRising: boolean;
  readonly value: Level;
}

/** What was seen of one line since it is watched. */
export interface Trace {
  readonly since: number;
  /** The oldest first. */
  readonly marks: readonly Mark[];
}

/** Those of one event; more come in the next one. */
const edgesMax = 4096;
/** So many are kept of each line. */
export const marksMax = 400;

export function decodeEdges(value: Json | undefined): Edges {
  if (!isObject(value)) return { edges: [], lost: 0 };
  const edges = objectsOf(value, 'edges', edgesMax).flatMap((one) => {
    const number = offsetOf(one);
    const nanoseconds = numberMember(one, 'timeNanoseconds');
    const edge = stringMember(one, 'edge');
    if (number === undefined || nanoseconds === undefined) return [];
    if (edge !== 'rising' && edge !== 'falling') return [];
    const isRising = edge === 'rising';
    const level = levelOf(one) ?? (isRising ? 1 : 0);
    const milliseconds = nanoseconds / 1e6;
    return [{ number, name: nameOf(one, 'name'), isRising, value: level, milliseconds }];
  });
  return { edges, lost: Math.max(0, Math.trunc(numberMember(value, 'lost') ?? 0)) };
}

/**
 * Brings moments of a device's clock to this page's. An event is on its way for some time, never for
 * less than none: of all that came, the quickest tells best how far the clocks are apart.
 */
export class DeviceClock {
  #offset = Infinity;
  #latest = -Infinity;

  /** The moment, which has come to be known `now`. */
  timeOf(milliseconds: number, now: number): number {
    // It counts from the start of its machine: one that begins again is another clock.
    if (milliseconds < this.#latest - 1000) this.#offset = Infinity;
    this.#latest = milliseconds;
    this.#offset = Math.min(this.#offset, now - milliseconds);
    return Math.min(now, milliseconds + this.#offset);
  }
}

export function extend(trace: Trace, marks: readonly Mark[]): Trace {
  const all = [...trace.marks, ...marks];
  if (all.length <= marksMax) return { ...trace, marks: all };
  const kept = all.slice(-marksMax);
  return { since: kept[0]?.time ?? trace.since, marks: kept };
}

/**
 * The trace between two moments as an SVG path, 0 to `width` from left to right and the high level at
 * `high`, the low one at `low`. Empty where nothing is known of that time.
 */
export function pathOf(
  { since, marks }: Trace,
  now: Level | undefined,
  { from, to, width, high, low }: Frame,
): string {
  const start = Math.max(from, since);
  const shown = marks.filter(({ time }) => time >= start && time <= to);
  const before = marks.findLast(({ time }) => time < start)?.value ?? opposite(shown[0]) ?? now;
  if (before === undefined || start >= to) return '';
  const x = (time: number) => (((time - from) / (to - from)) * width).toFixed(1);
  const y = (level: Level) => (level === 1 ? high : low);
  const steps = shown.map(({ time, value }) => `H${x(time)}V${y(value)}`);
  return `M${x(start)} ${y(before)}${steps.join('')}H${width}`;
}

export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly high: number;
  readonly low: number;
}

function opposite(mark: Mark | undefined): Level | undefined {
  return mark && (mark.isRising ? 0 : 1);
}
