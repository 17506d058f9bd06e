// SPDX-License-Identifier: MIT
// The jobs of one device, as it lists them.

import type { Client } from '@malinka/client';
import { decodeJobs, type Job } from './job.ts';

const noSuchCommand = 404;

export class Jobs {
  /** The latest first. */
  all = $state.raw<readonly Job[]>([]);
  error = $state('');

  readonly #client: Client;
  readonly #device: string;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
  }

  async refresh(): Promise<void> {
    const reply = await this.#client.request(this.#device, 'shell.jobs');
    this.all = [...decodeJobs(reply.value)].reverse();
    // A device of an older kind has none.
    this.error = reply.success || reply.code === noSuchCommand ? '' : reply.error;
  }

  async cancel({ id }: Job): Promise<void> {
    const reply = await this.#client.request(this.#device, 'shell.cancel', { job: id });
    await this.refresh();
    if (!reply.success) this.error = reply.error;
  }
}
