// SPDX-License-Identifier: MIT
// The commands that were run from this page, and what comes back. In memory only: outputs may be
// secret.

import type { Client, Reply } from '@malinka/client';
import type { Job } from './job.ts';
import { Result } from './result.svelte.ts';

export class Run {
  readonly command: string;
  readonly startedAt: number;
  readonly results: readonly Result[];

  constructor(command: string, startedAt: number, results: readonly Result[]) {
    this.command = command;
    this.startedAt = startedAt;
    this.results = results;
  }

  get isRunning(): boolean {
    return this.results.some(({ isRunning }) => isRunning);
  }

  /** Those whose output comes as it is written. */
  get live(): readonly Result[] {
    return this.results.filter(({ isRunning, job }) => isRunning && job !== undefined);
  }
}

export interface RunOptions {
  readonly timeoutSeconds: number;
  /** They go on without this page, and have no limit of time. */
  readonly isDetached?: boolean;
}

const runsMax = 50;
/** Outputs of older runs go when all together are longer than this. */
const lettersMax = 32 * 1024 * 1024;
/** For the way to the device and back, beyond the time that the command itself may take. */
const graceSeconds = 10;
/** Streams have a share each of what may wait here: more devices are asked for one answer. */
const streamsMax = 8;

export class Runs {
  /** The latest first. */
  all = $state.raw<readonly Run[]>([]);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(command: string, devices: readonly string[], options: RunOptions): Promise<void> {
    const { timeoutSeconds, isDetached = false } = options;
    const run = this.#add(command, Date.now(), devices);
    const timeoutMilliseconds = (timeoutSeconds + graceSeconds) * 1000;
    const value = isDetached ? { command, detach: true } : { command, timeoutSeconds };
    for (const result of run.results) result.isDetached = isDetached;
    if (devices.length <= streamsMax) {
      await Promise.all(
        run.results.map((result) => result.follow('shell.run', value, timeoutMilliseconds)),
      );
    } else {
      const onReply = (reply: Reply) =>
        run.results.find(({ device }) => device === reply.from)?.take(reply);
      await this.#client.requestMany(devices, 'shell.run', value, { timeoutMilliseconds, onReply });
    }
    this.#trim();
  }

  /** Shows what a job of a device has said, and what it still says. */
  async follow(device: string, { id, command, startedAt }: Job): Promise<void> {
    const run = this.#add(command, startedAt, [device]);
    for (const result of run.results) {
      result.isDetached = true;
      await result.follow('shell.output', { job: id }, graceSeconds * 1000);
    }
    this.#trim();
  }

  clear(): void {
    this.all = this.all.filter((run) => run.isRunning);
  }

  #add(command: string, startedAt: number, devices: readonly string[]): Run {
    const results = devices.map((device) => new Result(this.#client, device));
    const run = new Run(command, startedAt, results);
    this.all = [run, ...this.all];
    return run;
  }

  #trim(): void {
    let letters = 0;
    this.all = this.all.filter((run, index) => {
      letters += lettersOf(run);
      return run.isRunning || index === 0 || (index < runsMax && letters <= lettersMax);
    });
  }
}

function lettersOf(run: Run): number {
  return run.results.reduce(
    (sum, { stdout, stderr }) => sum + stdout.text.length + stderr.text.length,
    0,
  );
}
