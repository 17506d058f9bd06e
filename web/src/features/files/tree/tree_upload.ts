// SPDX-License-Identifier: MIT
// Folders of this machine on their way to a device. Each file goes as it would alone, but the smallest
// ones together; what fails is told, and the rest goes on.

import { StreamError } from '@malinka/client';
import { Bundler } from '../bundler.ts';
import { Conflicts } from '../conflicts.ts';
import { checkReply, failedBy, isInterruption } from '../job.ts';
import type { Ends, Job, Outcome, Progress } from '../job.ts';
import { join } from '../path.ts';
import { Upload } from '../upload.ts';
import { bundledAtOnce } from './bounds.ts';
import { inParallel } from './parallel.ts';
import { gather, type Local, type Source } from './source.ts';
import { TreeRun } from './tree_run.ts';
import type { TreeState } from './tree_state.svelte.ts';

type SourceFile = Source['files'][number];

/** Folders that are made at once. */
const foldersAtOnce = 16;

export class TreeUpload implements Job {
  readonly #ends: Ends;
  readonly #locals: readonly Local[];
  readonly #folder: string;
  readonly #state: TreeState;
  readonly #onFolders: () => void;
  #source: Source | undefined;
  #conflicts = new Conflicts(2);
  /** That are there, or have failed. */
  readonly #madeFolders = new Set<string>();
  readonly #run: TreeRun<SourceFile>;

  /** `onFolders` is called when they are there, and their files begin to come. */
  constructor(
    ends: Ends,
    locals: readonly Local[],
    folder: string,
    state: TreeState,
    onFolders: () => void = () => {},
  ) {
    this.#ends = ends;
    this.#locals = locals;
    this.#folder = folder;
    this.#state = state;
    this.#onFolders = onFolders;
    const bundler = new Bundler(ends);
    this.#run = new TreeRun(state, {
      pathOf: ({ path }) => path,
      bytesOf: ({ file }) => file.size,
      jobOf: ({ path, file }) =>
        new Upload(ends, file, join(folder, path), this.#conflicts, bundler),
      smallAtOnce: bundledAtOnce,
    });
  }

  async run(signal: AbortSignal, progress: Progress): Promise<Outcome> {
    try {
      this.#source ??= await this.#look(signal);
      const { files, folders, bytes } = this.#source;
      await this.#makeFolders(leavesOf(folders), signal);
      this.#onFolders();
      return await this.#run.all(files, bytes, signal, progress);
    } catch (error) {
      return failedBy(error);
    } finally {
      this.#state.publish();
    }
  }

  discard(): void {
    this.#run.discard();
    this.#source = undefined;
  }

  async #look(signal: AbortSignal): Promise<Source> {
    this.#state.begin();
    const source = await gather(this.#locals, this.#state, signal);
    this.#state.foundAll();
    return source;
  }

  /** With those above them. What cannot be made is told; what would go there says so itself. */
  async #makeFolders(folders: readonly string[], signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    let broken: unknown;
    await inParallel(
      folders.filter((path) => !this.#madeFolders.has(path)),
      { costOf: () => 1, costMax: foldersAtOnce, signal: AbortSignal.any([signal, stop.signal]) },
      async (path) => {
        try {
          await this.#makeFolder(path);
        } catch (error) {
          if (error instanceof StreamError && isInterruption(error)) {
            broken ??= error;
            stop.abort();
            return;
          }
          this.#state.fail(path, error instanceof Error ? error.message : String(error));
        }
        this.#madeFolders.add(path);
      },
    );
    if (broken) throw broken;
    signal.throwIfAborted();
  }

  async #makeFolder(path: string): Promise<void> {
    const { client, device } = this.#ends;
    const value = { path: join(this.#folder, path), parents: true };
    checkReply(await client.request(device, 'files.mkdir', value));
  }
}

/** Those with no other in them: to make them with all above makes all. */
function leavesOf(folders: readonly string[]): readonly string[] {
  const parents = new Set(folders.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  return folders.filter((path) => !parents.has(path));
}
