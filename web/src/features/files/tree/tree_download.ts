// SPDX-License-Identifier: MIT
// Folders of a device on their way to this machine: all that is in them is found first, then fetched,
// several small files at once. What fails is told, and the rest goes on.

import { Conflicts } from '../conflicts.ts';
import { Download } from '../download.ts';
import type { Entry } from '../entry.ts';
import { failed, failedBy } from '../job.ts';
import type { Ends, Job, Outcome, Progress } from '../job.ts';
import { lookInto, type Found, type FoundFile } from './look.ts';
import type { Target } from './target.ts';
import { TreeRun } from './tree_run.ts';
import type { TreeState } from './tree_state.svelte.ts';

export class TreeDownload implements Job {
  readonly #ends: Ends;
  readonly #entries: readonly Entry[];
  readonly #begin: () => Target;
  readonly #state: TreeState;
  readonly #conflicts = new Conflicts(2);
  #found: Found | undefined;
  #target: Target | undefined;
  #run: TreeRun<FoundFile> | undefined;
  #foldersMade = 0;

  /** `begin` gives where they go; once more, where some are tried again. */
  constructor(ends: Ends, entries: readonly Entry[], begin: () => Target, state: TreeState) {
    this.#ends = ends;
    this.#entries = entries;
    this.#begin = begin;
    this.#state = state;
  }

  async run(signal: AbortSignal, progress: Progress): Promise<Outcome> {
    try {
      const { files, bytes } = (this.#found ??= await this.#look(signal));
      const target = (this.#target ??= this.#begin());
      this.#run ??= this.#runTo(target);
      await this.#makeFolders(target, signal);
      const outcome = await this.#run.all(files, bytes, signal, progress);
      if (outcome.is === 'failed' && outcome.isInterrupted) return outcome;
      return await this.#finish(target, outcome);
    } catch (error) {
      return failedBy(error);
    } finally {
      this.#state.publish();
    }
  }

  discard(): void {
    this.#run?.discard();
    this.#target?.discard();
    this.#target = undefined;
  }

  async #look(signal: AbortSignal): Promise<Found> {
    this.#state.begin();
    const found = await lookInto(this.#ends, this.#entries, this.#state, signal);
    this.#state.foundAll();
    return found;
  }

  #runTo({ isSequential }: Target): TreeRun<FoundFile> {
    return new TreeRun(this.#state, {
      pathOf: ({ path }) => path,
      bytesOf: ({ entry }) => entry.size,
      jobOf: (file) => this.#jobOf(file),
      isStreamAlone: isSequential,
    });
  }

  #jobOf({ path, entry }: FoundFile): Job {
    const target = () => (this.#target ??= this.#begin());
    const download = new Download(this.#ends, entry, () => target().open(path, entry.modified));
    let mayBegin = false;
    return {
      run: async (signal, progress) => {
        try {
          if (!mayBegin && (await target().isThere(path))) {
            const wish = await this.#conflicts.ask(path);
            if (wish !== 'replace') return { is: wish === 'skip' ? 'skipped' : 'cancelled' };
          }
        } catch (error) {
          return failedBy(error);
        }
        mayBegin = true;
        return download.run(signal, progress);
      },
      discard: () => download.discard(),
    };
  }

  /** One by one: each is in another. */
  async #makeFolders(target: Target, signal: AbortSignal): Promise<void> {
    const folders = this.#found?.folders ?? [];
    for (; this.#foldersMade < folders.length; this.#foldersMade++) {
      signal.throwIfAborted();
      const folder = folders[this.#foldersMade];
      if (folder === undefined) return;
      try {
        await target.addFolder(folder.path, folder.modified);
      } catch (error) {
        this.#state.fail(folder.path, error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** What there is, is saved, also where something is missing; that can be tried again by itself. */
  async #finish(target: Target, outcome: Outcome): Promise<Outcome> {
    if (outcome.is === 'cancelled') {
      this.discard();
      return outcome;
    }
    try {
      await target.close(this.#state.problems);
    } catch (error) {
      this.discard();
      return failed(`It could not be saved: ${error instanceof Error ? error.message : error}`);
    }
    this.#target = undefined;
    return outcome;
  }
}
