// SPDX-License-Identifier: MIT
// The commands that were run from this page, and what came back. In memory only: outputs may be secret.

import type { Client, Reply } from '@malinka/client';
import { decodeOutcome, verdictOf, type Outcome, type Verdict } from './output.ts';

export interface Result {
  readonly device: string;
  /** Undefined while it runs. */
  readonly verdict: Verdict | undefined;
  readonly outcome: Outcome | undefined;
  readonly error: string;
}

export class Run {
  results = $state.raw<readonly Result[]>([]);

  constructor(
    readonly command: string,
    readonly startedAt: number,
    devices: readonly string[],
  ) {
    this.results = devices.map((device) => ({
      device,
      verdict: undefined,
      outcome: undefined,
      error: '',
    }));
  }

  get isRunning(): boolean {
    return this.results.some(({ verdict }) => verdict === undefined);
  }

  take(reply: Reply): void {
    const outcome = decodeOutcome(reply.value);
    const result: Result = {
      device: reply.from,
      verdict: verdictOf(reply, outcome),
      outcome,
      error: reply.success || outcome?.timedOut ? '' : reply.error,
    };
    this.results = this.results.map((one) => (one.device === reply.from ? result : one));
  }
}

const runsMax = 50;
/** Outputs of older runs go when all together are longer than this. */
const lettersMax = 32 * 1024 * 1024;
/** For the way to the device and back, beyond the time that the command itself may take. */
const graceSeconds = 10;

export class Runs {
  /** The latest first. */
  all = $state.raw<readonly Run[]>([]);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(command: string, devices: readonly string[], timeoutSeconds: number): Promise<void> {
    const run = new Run(command, Date.now(), devices);
    this.all = [run, ...this.all];
    await this.#client.requestMany(
      devices,
      'shell.run',
      { command, timeoutSeconds },
      {
        timeoutMilliseconds: (timeoutSeconds + graceSeconds) * 1000,
        onReply: (reply) => run.take(reply),
      },
    );
    this.#trim();
  }

  clear(): void {
    this.all = this.all.filter((run) => run.isRunning);
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
    (sum, { outcome }) =>
      sum + (outcome ? outcome.stdout.text.length + outcome.stderr.text.length : 0),
    0,
  );
}
