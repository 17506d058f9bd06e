// SPDX-License-Identifier: MIT
// What is uploaded: files and folders of this machine with the ways to them, however the browser gave
// them to us.

import { treeDepthMax, treeEntriesMax } from './bounds.ts';
import type { TreeState } from './tree_state.svelte.ts';

/** Of this machine: dropped, or chosen. */
export interface LocalFile {
  readonly kind: 'file';
  readonly name: string;
  file(): Promise<File>;
}
export interface LocalFolder {
  readonly kind: 'folder';
  readonly name: string;
  children(): AsyncIterable<LocalFile | LocalFolder>;
}
export type Local = LocalFile | LocalFolder;

/** Paths are names with slashes between. */
export interface Source {
  readonly files: readonly { readonly path: string; readonly file: File }[];
  /** Each behind the one that it is in. */
  readonly folders: readonly string[];
  readonly bytes: number;
}

/** All that is in them. What cannot be read is a problem of its own. Throws where it is too much. */
export async function gather(
  locals: readonly Local[],
  state: TreeState,
  signal: AbortSignal,
): Promise<Source> {
  const source = { files: [] as Source['files'][number][], folders: [] as string[], bytes: 0 };

  async function add(local: Local, above: string, depth: number): Promise<void> {
    signal.throwIfAborted();
    const path = above === '' ? local.name : `${above}/${local.name}`;
    try {
      if (local.kind === 'file') {
        const file = await local.file();
        source.files.push({ path, file });
        source.bytes += file.size;
      } else if (depth === treeDepthMax) {
        return state.fail(path, `more than ${treeDepthMax} folders lie inside one another`);
      } else source.folders.push(path);
    } catch {
      return state.fail(path, 'the browser could not read it');
    }
    state.found(local.kind);
    if (source.files.length + source.folders.length > treeEntriesMax) throw new TooMany();
    if (local.kind === 'folder') await addAll(local, path, depth + 1);
  }

  async function addAll(folder: LocalFolder, path: string, depth: number): Promise<void> {
    try {
      for await (const child of folder.children()) await add(child, path, depth);
    } catch (error) {
      if (error instanceof TooMany || signal.aborted) throw error;
      state.fail(path, 'the browser could not read all of this folder');
    }
  }

  for (const local of locals) await add(local, '', 0);
  return source;
}

export class TooMany extends Error {
  constructor() {
    const most = treeEntriesMax.toLocaleString('en');
    super(`There are more than ${most} files and folders: take them in several goes.`);
  }
}
