// SPDX-License-Identifier: MIT
// Where folders of a device go on this machine: into a folder that the person chose, each file as it
// comes, or where the browser cannot do that, into an archive.

import { KeptSink, type Sink } from '../sink.ts';
import { ArchiveTarget } from './archive.ts';
import { FolderTarget } from './folder_target.ts';
import type { Problem } from './tree_state.svelte.ts';

/** Paths are names with slashes between; a file's folder was added before. */
export interface Target {
  /** Whether only one file can be written to at a time. */
  readonly isSequential: boolean;
  addFolder(path: string, modified: string): Promise<void>;
  /** Whether a file would be replaced. */
  isThere(path: string): Promise<boolean>;
  open(path: string, modified: string): Promise<Sink>;
  /** All is there, but for what is not. */
  close(problems: readonly Problem[]): Promise<void>;
  /** No more of it is wanted. */
  discard(): void;
}

/** What no other browser than Chromium's has, and only where the page came by HTTPS. */
interface PickingWindow {
  showDirectoryPicker?(options: {
    id: string;
    mode: 'read' | 'readwrite';
  }): Promise<FileSystemDirectoryHandle>;
}

export function canPickFolders(): boolean {
  return 'showDirectoryPicker' in globalThis;
}

/** Undefined when the person chose none. Throws where the browser does not let them. */
export async function pickFolder(
  mode: 'read' | 'readwrite',
): Promise<FileSystemDirectoryHandle | undefined> {
  const { showDirectoryPicker } = globalThis as PickingWindow;
  try {
    return await showDirectoryPicker?.call(globalThis, { id: `malinka-${mode}`, mode });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/**
 * How to begin, also once more; to be called where the person has just asked for it. Undefined when
 * they then chose no folder.
 */
export async function chooseTarget(name: string): Promise<(() => Target) | undefined> {
  const archive = () => new ArchiveTarget(new KeptSink(`${name}.zip`));
  if (!canPickFolders()) return archive;
  try {
    const folder = await pickFolder('readwrite');
    return folder && (() => new FolderTarget(folder));
  } catch {
    return archive;
  }
}
