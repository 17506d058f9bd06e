// SPDX-License-Identifier: MIT
// Deleting from a device: what has to be said before, and how it goes with many.

import type { Client } from '@malinka/client';
import { plural, sentence } from '../../components/format.ts';
import type { Question } from '../../components/dialogs.svelte.ts';
import { decodePage, type Entry } from './entry.ts';
import { inParallel } from './tree/parallel.ts';

/** Of so many folders at most it is looked up what is in them; of more, something is assumed. */
const foldersLookedInto = 50;
const atOnce = 8;
/** So many are named, in questions and errors. */
const namedMax = 5;

export class Removal {
  /** How many are to go; none while nothing is deleted. */
  total = $state(0);
  done = $state(0);
  error = $state('');

  readonly #client: Pick<Client, 'request'>;
  readonly #device: string;
  #stop = new AbortController();

  constructor(client: Pick<Client, 'request'>, device: string) {
    this.#client = client;
    this.#device = device;
  }

  /** Those of the folders that have something in them, or of which nobody knows. */
  async findFull(entries: readonly Entry[]): Promise<ReadonlyMap<Entry, number | undefined>> {
    const folders = entries.filter(({ type }) => type === 'folder');
    const full = new Map<Entry, number | undefined>();
    const { signal } = new AbortController();
    await inParallel(folders, { costOf: () => 1, costMax: atOnce, signal }, async (folder) => {
      const isLookedInto = folders.indexOf(folder) < foldersLookedInto;
      const count = isLookedInto ? await this.#count(folder) : undefined;
      if (count !== 0) full.set(folder, count);
    });
    return full;
  }

  /** Folders go with what is in them only where they are `full`: they were asked for. */
  async remove(entries: readonly Entry[], full: ReadonlyMap<Entry, unknown>): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.error = '';
    this.done = 0;
    this.total = entries.length;
    const failures: string[] = [];
    await inParallel(entries, { costOf: () => 1, costMax: atOnce, signal }, async (entry) => {
      const value = { path: entry.path, recursive: full.has(entry) };
      const reply = await this.#client.request(this.#device, 'files.remove', value);
      this.done++;
      if (!reply.success)
        failures.push(entries.length === 1 ? reply.error : `${entry.name}: ${reply.error}`);
    });
    this.total = 0;
    this.error = wordsOfFailures(failures, entries.length);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #count({ path }: Entry): Promise<number | undefined> {
    const reply = await this.#client.request(this.#device, 'files.list', { path, limit: 1 });
    return reply.success ? decodePage(reply.value)?.total : undefined;
  }
}

function wordsOfFailures(failures: readonly string[], count: number): string {
  if (failures.length === 0) return '';
  if (count === 1) return sentence(failures[0] ?? '');
  const named = failures.slice(0, namedMax).join('; ');
  const rest = failures.length > namedMax ? `; and ${failures.length - namedMax} more` : '';
  return sentence(`${failures.length} of ${count} could not be deleted: ${named}${rest}`);
}

/** What the person is asked. Something in a folder is agreed to by itself. */
export function questionOf(
  entries: readonly Entry[],
  full: ReadonlyMap<Entry, number | undefined>,
  device: string,
): Question {
  const [first] = entries;
  const isOne = entries.length === 1;
  const title = isOne
    ? `Delete “${first?.name}”?`
    : `Delete ${plural(entries.length, 'entry', 'entries')}?`;
  const gone = isOne ? `It will be gone from ${device}` : `They will be gone from ${device}`;
  const names = isOne ? '' : `: ${namesOf(entries)}`;
  const question = { title, text: `${gone}${names}.`, action: 'Delete', danger: true };
  return full.size === 0 ? question : { ...question, consent: consentTo(full, isOne) };
}

function consentTo(full: ReadonlyMap<Entry, number | undefined>, isOne: boolean): string {
  const [count] = full.values();
  if (full.size > 1)
    return `Also all that is in ${plural(full.size, 'folder')} of these: ${namesOf([...full.keys()])}`;
  const [folder] = full.keys();
  const what =
    count === undefined
      ? 'whatever is in it'
      : `${plural(count, 'entry', 'entries')} and all below`;
  return isOne
    ? `The folder is not empty: delete also what is in it (${what})`
    : `Also what is in the folder “${folder?.name}” (${what})`;
}

function namesOf(entries: readonly Entry[]): string {
  const names = entries.slice(0, namedMax).map(({ name }) => `“${name}”`);
  return (
    names.join(', ') + (entries.length > namedMax ? ` and ${entries.length - namedMax} more` : '')
  );
}
