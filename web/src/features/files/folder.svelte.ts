// SPDX-License-Identifier: MIT
// The folder of a device that is open in the page, and what can be done in it.

import type { Client, Reply } from '@malinka/client';
import { sentence } from '../../components/format.ts';
import type { Entry } from './entry.ts';
import { pagesOf } from './pages.ts';
import { join, nameOf, parentOf } from './path.ts';

/** So many are shown; what a folder has beyond is counted. */
export const entriesMax = 250_000;
const conflict = 409;

export class Folder {
  path = $state('/');
  entries = $state.raw<readonly Entry[]>([]);
  /** How many the device says there are. */
  total = $state(0);
  isLoading = $state(false);
  /** True once anything was listed. */
  isListed = $state(false);
  error = $state('');

  readonly #client: Client;
  readonly #device: string;
  #openings = 0;
  #isAskedAgain = false;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
  }

  /** Shows another folder; when it cannot be listed, the one before stays and the error says why. */
  open(path: string): Promise<void> {
    return this.#list(path, 'growing');
  }

  /** Lists it again; what is shown stays until all of it is there. */
  async refresh(): Promise<void> {
    if (this.isLoading) {
      this.#isAskedAgain = true;
      return;
    }
    do {
      this.#isAskedAgain = false;
      await this.#list(this.path, 'whole');
    } while (this.#isAskedAgain && !this.isLoading);
  }

  /** Lists it again if it is the one that is shown. */
  async refreshIf(path: string): Promise<void> {
    if (path === this.path) await this.refresh();
  }

  /** Why it was not made, or the empty string. */
  async makeFolder(name: string): Promise<string> {
    const path = join(this.path, name);
    const reply = await this.#client.request(this.#device, 'files.mkdir', { path });
    await this.refresh();
    return problemOf(reply, name);
  }

  /** Why it was not renamed, or the empty string. */
  async rename(entry: Entry, name: string): Promise<string> {
    const value = { from: entry.path, to: join(parentOf(entry.path), name) };
    const reply = await this.#client.request(this.#device, 'files.move', value);
    if (reply.success) await this.refresh();
    return problemOf(reply, name);
  }

  /** Growing, what comes is shown as it comes. The last that was asked for counts. */
  async #list(path: string, manner: 'growing' | 'whole'): Promise<void> {
    const opening = ++this.#openings;
    this.isLoading = true;
    const entries: Entry[] = [];
    let shown = 0;
    let total = 0;
    let there = path;
    try {
      for await (const page of pagesOf(this.#client, this.#device, path)) {
        if (opening !== this.#openings) return;
        entries.push(...page.entries.slice(0, entriesMax - entries.length));
        total = page.total;
        there = page.path;
        // Twice as much each time: it is sorted whenever it is shown.
        if (manner === 'growing' && entries.length >= 2 * shown) {
          shown = entries.length;
          this.#show(there, entries, total);
        }
        if (entries.length >= entriesMax) break;
      }
      this.#show(there, entries, total);
      this.error = '';
    } catch (error) {
      if (opening === this.#openings) this.error = sentence(String((error as Error).message));
    } finally {
      if (opening === this.#openings) this.isLoading = false;
    }
  }

  #show(path: string, entries: readonly Entry[], total: number): void {
    this.path = path;
    this.entries = withoutDoubles(entries);
    this.total = total;
    this.isListed = true;
  }
}

/** One path stands once: lists know their rows by it. */
function withoutDoubles(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [entry.path, entry])).values()];
}

function problemOf(reply: Reply, name: string): string {
  if (reply.success) return '';
  if (reply.code === conflict) return `There is already something called “${nameOf(name)}” here.`;
  return sentence(reply.error);
}
