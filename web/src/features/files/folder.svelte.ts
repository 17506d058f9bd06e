// SPDX-License-Identifier: MIT
// The folder of a device that is open in the page, and what can be done in it.

import type { Client, Json, Reply } from '@malinka/client';
import { decodePage, type Entry, type Page } from './entry.ts';
import { join, parentOf } from './path.ts';

const pageEntries = 500;

export class Folder {
  path = $state('/');
  entries = $state.raw<readonly Entry[]>([]);
  total = $state(0);
  isLoading = $state(false);
  /** True once anything was listed. */
  isListed = $state(false);
  error = $state('');

  readonly #client: Client;
  readonly #device: string;
  #openings = 0;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
  }

  /** Shows another folder; when it cannot be listed, the one before stays and the error says why. */
  async open(path: string): Promise<void> {
    const page = await this.#list(path, 0, pageEntries);
    if (page === undefined) return;
    this.path = page.path;
    this.entries = page.entries;
    this.total = page.total;
    this.isListed = true;
  }

  async more(): Promise<void> {
    const offset = this.entries.length;
    const page = await this.#list(this.path, offset, pageEntries);
    if (page === undefined || offset !== this.entries.length) return;
    this.entries = [...this.entries, ...page.entries];
    this.total = page.total;
  }

  /** Lists again as much as is shown. */
  async refresh(): Promise<void> {
    const page = await this.#list(this.path, 0, Math.max(pageEntries, this.entries.length));
    if (page === undefined) return;
    this.entries = page.entries;
    this.total = page.total;
    this.isListed = true;
  }

  makeFolder(name: string): Promise<void> {
    return this.#change('files.mkdir', { path: join(this.path, name) });
  }

  rename(entry: Entry, name: string): Promise<void> {
    return this.#change('files.move', { from: entry.path, to: join(parentOf(entry.path), name) });
  }

  /** Folders go with all that is in them. */
  remove(entry: Entry): Promise<void> {
    return this.#change('files.remove', { path: entry.path, recursive: entry.type === 'folder' });
  }

  async #change(command: string, value: Json): Promise<void> {
    const reply = await this.#client.request(this.#device, command, value);
    await this.refresh();
    if (!reply.success) this.error = reply.error;
  }

  /** Undefined when it failed, or when something else was opened meanwhile. */
  async #list(path: string, offset: number, limit: number): Promise<Page | undefined> {
    const opening = ++this.#openings;
    this.isLoading = true;
    const reply = await this.#client.request(this.#device, 'files.list', { path, offset, limit });
    if (opening !== this.#openings) return undefined;
    this.isLoading = false;
    const page = reply.success ? decodePage(reply.value) : undefined;
    this.error = page ? '' : problemOf(reply);
    return page;
  }
}

function problemOf(reply: Reply): string {
  return reply.success ? 'The device’s answer was no list of files.' : reply.error;
}
