// SPDX-License-Identifier: MIT
// The ways in which browsers give folders away: by what was dropped, by a folder that was chosen for
// reading, and as a list of files with paths, which knows no empty folders.

import type { Local, LocalFile, LocalFolder } from './source.ts';

/** To be called while the drop is told of: what was dropped is taken away behind it. */
export function localsOfDrop(data: DataTransfer | null): readonly Local[] {
  const items = [...(data?.items ?? [])].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? undefined);
  // A file that is none of a disk has no entry.
  if (entries.includes(undefined)) return localsOfFiles([...(data?.files ?? [])]);
  return entries.filter((entry) => entry !== undefined).map(ofEntry);
}

export function localsOfFiles(files: readonly File[]): readonly Local[] {
  return files.map((file) => ({ kind: 'file', name: file.name, file: async () => file }));
}

/** Of `<input webkitdirectory>`. */
export function localsOfPaths(files: readonly File[]): readonly Local[] {
  const top = new ListedFolder('');
  for (const file of files) {
    const names = file.webkitRelativePath.split('/').filter(Boolean);
    top.add(names.length > 0 ? names : [file.name], file);
  }
  return top.list();
}

/** A handle gives nothing away but names and whether they are folders. */
export interface Handle {
  readonly kind: 'file' | 'directory';
  readonly name: string;
}

export function localOfHandle(handle: Handle): Local {
  const { name } = handle;
  if (handle.kind === 'file')
    return { kind: 'file', name, file: () => (handle as FileSystemFileHandle).getFile() };
  return {
    kind: 'folder',
    name,
    async *children() {
      for await (const child of (handle as unknown as Listable).values())
        yield localOfHandle(child);
    },
  };
}

interface Listable {
  values(): AsyncIterable<Handle>;
}

function ofEntry(entry: FileSystemEntry): Local {
  const { name } = entry;
  if (entry.isFile) {
    const read = () =>
      new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return { kind: 'file', name, file: read };
  }
  return {
    kind: 'folder',
    name,
    async *children() {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      const next = () =>
        new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      // It gives some at a time, and none at the end.
      for (let some = await next(); some.length > 0; some = await next())
        for (const child of some) yield ofEntry(child);
    },
  };
}

class ListedFolder implements LocalFolder {
  readonly kind = 'folder';
  readonly #folders = new Map<string, ListedFolder>();
  readonly #files: LocalFile[] = [];

  constructor(readonly name: string) {}

  add([name = '', ...rest]: readonly string[], file: File): void {
    if (rest.length === 0) {
      this.#files.push({ kind: 'file', name, file: async () => file });
      return;
    }
    const folder = this.#folders.get(name) ?? new ListedFolder(name);
    this.#folders.set(name, folder);
    folder.add(rest, file);
  }

  list(): readonly Local[] {
    return [...this.#folders.values(), ...this.#files];
  }

  async *children(): AsyncGenerator<Local, void, void> {
    yield* this.list();
  }
}
