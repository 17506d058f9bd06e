// SPDX-License-Identifier: MIT
// What lies in folders of a device, before any of it is fetched. A device may claim anything: what has
// no decent name, leads elsewhere or is too much is told, and not taken.

import { StreamError } from '@malinka/client';
import type { Entry } from '../entry.ts';
import { isInterruption, type Ends } from '../job.ts';
import { pagesOf } from '../pages.ts';
import { join, problemOfLocalName } from '../path.ts';
import { treeDepthMax, treeEntriesMax } from './bounds.ts';
import { inParallel } from './parallel.ts';
import { TooMany } from './source.ts';
import type { TreeState } from './tree_state.svelte.ts';

export interface FoundFile {
  /** Names with slashes between, from where it was begun. */
  readonly path: string;
  readonly entry: Entry;
}

export interface FoundFolder {
  readonly path: string;
  readonly modified: string;
}

export interface Found {
  readonly files: readonly FoundFile[];
  /** Each behind the one that it is in. */
  readonly folders: readonly FoundFolder[];
  readonly bytes: number;
}

/** Folders of which the device is asked at once. */
const listsAtOnce = 8;

/** Throws StreamError where the way broke off, and TooMany. */
export async function lookInto(
  ends: Ends,
  entries: readonly Entry[],
  state: TreeState,
  signal: AbortSignal,
): Promise<Found> {
  const look = new Look(state);
  look.add(entries, '');
  for (let depth = 0; look.next.length > 0; depth++) {
    const folders = look.takeNext();
    if (depth === treeDepthMax) {
      for (const { path } of folders)
        state.fail(path, `more than ${treeDepthMax} folders lie inside one another`);
      break;
    }
    await lookIntoAll(ends, folders, look, signal);
  }
  return look.found;
}

/** A folder that was found and not yet looked into: where it is on the device, and what it is called here. */
interface Next {
  readonly place: string;
  readonly path: string;
}

class Look {
  readonly found = { files: [] as FoundFile[], folders: [] as FoundFolder[], bytes: 0 };
  next: Next[] = [];

  constructor(readonly state: TreeState) {}

  takeNext(): readonly Next[] {
    const { next } = this;
    this.next = [];
    return next;
  }

  /** `names` are those of the same folder that came before. */
  add(entries: readonly Entry[], above: string, names = new Set<string>()): void {
    for (const entry of entries) {
      const path = above === '' ? entry.name : `${above}/${entry.name}`;
      const why = problemOf(entry, names);
      names.add(entry.name);
      if (why !== '') this.state.fail(path, why);
      else this.#take(entry, path);
    }
  }

  #take(entry: Entry, path: string): void {
    const { files, folders } = this.found;
    if (entry.type === 'folder') {
      folders.push({ path, modified: entry.modified });
      this.next.push({ place: entry.path, path });
    } else {
      files.push({ path, entry });
      this.found.bytes += entry.size;
    }
    this.state.found(entry.type === 'folder' ? 'folder' : 'file');
    if (files.length + folders.length > treeEntriesMax) throw new TooMany();
  }
}

async function lookIntoAll(
  { client, device }: Ends,
  folders: readonly Next[],
  look: Look,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  let broken: unknown;
  await inParallel(
    folders,
    { costOf: () => 1, costMax: listsAtOnce, signal: AbortSignal.any([signal, stop.signal]) },
    async ({ place, path }) => {
      const names = new Set<string>();
      try {
        for await (const { entries } of pagesOf(client, device, place)) {
          if (signal.aborted || stop.signal.aborted) return;
          look.add(
            entries.map((entry) => placedIn(place, entry)),
            path,
            names,
          );
        }
      } catch (error) {
        if (error instanceof StreamError && !isInterruption(error))
          return look.state.fail(path, error.error);
        broken ??= error;
        stop.abort();
      }
    },
  );
  if (broken) throw broken;
  signal.throwIfAborted();
}

/** Where it lies is ours to say: one that says it lies elsewhere leads nowhere. */
function placedIn(folder: string, entry: Entry): Entry {
  return { ...entry, path: join(folder, entry.name) };
}

function problemOf({ name, type, isReachable }: Entry, names: ReadonlySet<string>): string {
  if (!isReachable) return 'its name is not UTF-8';
  if (type === 'link') return 'it is a link, and links are not followed';
  if (type === 'other') return 'it is no file, but a pipe, a socket or a device';
  if (names.has(name)) return 'the device has listed it twice';
  return problemOfLocalName(name);
}
