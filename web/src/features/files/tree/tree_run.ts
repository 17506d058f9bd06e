// SPDX-License-Identifier: MIT
// Many files as one job: some at once, each with its own, until all of them are settled. It may be
// stopped and run again; what is settled by then is not touched any more.

import type { Job, Outcome, Progress } from '../job.ts';
import { costMax, costOf } from './bounds.ts';
import { inParallel } from './parallel.ts';
import type { TreeState } from './tree_state.svelte.ts';

export interface Files<Item> {
  /** What it is called in what the person is told. */
  readonly pathOf: (file: Item) => string;
  readonly bytesOf: (file: Item) => number;
  readonly jobOf: (file: Item) => Job;
  /** Whether a stream may go beside others. */
  readonly isStreamAlone?: boolean;
  /** How many small ones go at once, where it is not the usual number. */
  readonly smallAtOnce?: number;
}

export class TreeRun<Item> {
  readonly #state: TreeState;
  readonly #files: Files<Item>;
  readonly #settled = new Set<Item>();
  readonly #failed = new Set<Item>();
  /** That have begun and were stopped. */
  readonly #stopped = new Map<Item, Job>();
  #settledBytes = 0;

  constructor(state: TreeState, files: Files<Item>) {
    this.#state = state;
    this.#files = files;
  }

  async all(
    files: readonly Item[],
    totalBytes: number,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Outcome> {
    this.#forgive();
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    let ending: Outcome | undefined;
    const tell = () => progress.moved(this.#settledBytes + this.#state.movingBytes, totalBytes);
    tell();
    await inParallel(
      files.filter((file) => !this.#settled.has(file)),
      { costOf: (file) => this.#costOf(file), costMax, signal: either },
      async (file) => {
        const outcome = await this.#one(file, either, tell);
        if (outcome === undefined) return;
        ending ??= outcome;
        stop.abort();
      },
    );
    if (signal.aborted) return { is: 'failed', error: 'given up here', isInterrupted: true };
    return ending ?? this.#outcome();
  }

  discard(): void {
    for (const job of this.#stopped.values()) job.discard();
    this.#stopped.clear();
  }

  #costOf(file: Item): number {
    const cost = costOf(this.#files.bytesOf(file), this.#files.smallAtOnce);
    return this.#files.isStreamAlone && cost === costOf(Infinity) ? costMax : cost;
  }

  /** What ends all of them, or undefined when this one is settled. */
  async #one(file: Item, signal: AbortSignal, tell: () => void): Promise<Outcome | undefined> {
    const path = this.#files.pathOf(file);
    const bytes = this.#files.bytesOf(file);
    const moving = this.#state.start(path, bytes);
    const job = this.#stopped.get(file) ?? this.#files.jobOf(file);
    const outcome = await job.run(signal, {
      moved: (done) => {
        this.#state.moved(moving, done);
        tell();
      },
      checking: () => {},
    });
    const isStopped = outcome.is === 'failed' && (outcome.isInterrupted || signal.aborted);
    if (isStopped || outcome.is === 'cancelled') {
      this.#state.stop(moving);
      this.#stopped.set(file, job);
      return outcome;
    }
    this.#stopped.delete(file);
    this.#settled.add(file);
    this.#settledBytes += bytes;
    if (outcome.is === 'failed') {
      this.#failed.add(file);
      this.#state.fail(path, outcome.error);
      job.discard();
    }
    this.#state.stop(moving, outcome.is === 'failed' ? undefined : outcome.is);
    tell();
    return undefined;
  }

  /** Those that failed are tried once more. */
  #forgive(): void {
    this.#state.forgive(new Set([...this.#failed].map((file) => this.#files.pathOf(file))));
    for (const file of this.#failed) {
      this.#settled.delete(file);
      this.#settledBytes -= this.#files.bytesOf(file);
    }
    this.#failed.clear();
  }

  #outcome(): Outcome {
    this.#state.publish();
    const { problemCount } = this.#state;
    if (problemCount === 0) return { is: 'done' };
    const error = problemCount === 1 ? 'one was not taken' : `${problemCount} were not taken`;
    return { is: 'failed', error, isInterrupted: false };
  }
}
