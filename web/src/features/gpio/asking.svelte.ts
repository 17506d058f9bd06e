// SPDX-License-Identifier: MIT
// One command that asks a device of several of its lines at once, so that one which it refuses does not hide the
// others.

import type { Client, Json, Reply } from '@malinka/client';
import { sentence } from '../../components/format.ts';
import { decodeStates, linesMax, referenceOf, type Line, type State } from './line.ts';

/** A line that was refused is asked for again after so long, or when it changed. */
const againMilliseconds = 60_000;
/** The link is at fault, or too much is asked already: not one of the lines. */
const passingCodes = [408, 429];

type Asking = Readonly<Record<string, Json>>;

interface Refused {
  readonly reason: string;
  /** The line as it was then. */
  readonly looks: string;
  readonly until: number;
}

export class LineAsking {
  /** By the key of the line. */
  #refused = $state.raw<ReadonlyMap<string, Refused>>(new Map());

  readonly #client: Client;
  readonly #device: string;
  readonly #command: string;

  constructor(client: Client, device: string, command: string) {
    this.#client = client;
    this.#device = device;
    this.#command = command;
  }

  reasonOf(key: string): string | undefined {
    return this.#refused.get(key)?.reason;
  }

  /** Of all that were not refused lately; where that fails of each alone. */
  async each(lines: readonly Line[], more: Asking = {}): Promise<readonly State[]> {
    for (const line of lines) if (this.#mayTryAgain(line)) this.forgive(line);
    const hopeful = lines.filter(({ key }) => !this.#refused.has(key));
    if (hopeful.length === 0) return [];
    const all = await this.once(hopeful, more);
    if (all.success) return decodeStates(all.value);
    if (passingCodes.includes(all.code)) return [];
    const states: State[] = [];
    for (const line of hopeful) {
      const one = hopeful.length === 1 ? all : await this.once([line], more);
      if (one.success) states.push(...decodeStates(one.value));
      else if (passingCodes.includes(one.code)) break;
      else this.#refuse(line, one.error);
    }
    return states;
  }

  once(lines: readonly Line[], more: Asking = {}): Promise<Reply> {
    return this.#client.request(this.#device, this.#command, {
      lines: lines.map(referenceOf),
      ...more,
    });
  }

  forgive({ key }: Line): void {
    this.#keep((one) => one !== key);
  }

  /** Nothing is remembered of lines that are no longer there. */
  keep(present: ReadonlySet<string>): void {
    this.#keep((key) => present.has(key));
  }

  #keep(isKept: (key: string) => boolean): void {
    const kept = [...this.#refused].filter(([key]) => isKept(key));
    if (kept.length < this.#refused.size) this.#refused = new Map(kept);
  }

  #mayTryAgain(line: Line): boolean {
    const refused = this.#refused.get(line.key);
    return (
      refused !== undefined &&
      (performance.now() >= refused.until || refused.looks !== looksOf(line))
    );
  }

  #refuse(line: Line, error: string): void {
    const until = performance.now() + againMilliseconds;
    const refused = { reason: sentence(error), looks: looksOf(line), until };
    if (this.#refused.size < linesMax)
      this.#refused = new Map(this.#refused).set(line.key, refused);
  }
}

/** What would make another answer likely. */
function looksOf({ direction, consumer, isHeld, access }: Line): string {
  return JSON.stringify([direction, consumer, isHeld, access]);
}
