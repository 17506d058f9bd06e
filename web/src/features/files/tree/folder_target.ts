// SPDX-License-Identifier: MIT
// A folder of this machine that the person chose. Files are written as they come, and have their names
// when they are whole.

import { FileSink, type Sink } from '../sink.ts';
import type { Target } from './target.ts';

export class FolderTarget implements Target {
  readonly isSequential = false;
  readonly #root: FileSystemDirectoryHandle;
  readonly #folders = new Map<string, Promise<FileSystemDirectoryHandle>>();
  /** What was not there before us: nothing in it can be replaced. */
  readonly #isNew = new Map<string, Promise<boolean>>();

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  async addFolder(path: string): Promise<void> {
    await this.#folder(path);
  }

  async isThere(path: string): Promise<boolean> {
    if (await this.#isBelowNew(path)) return false;
    const { above, name } = split(path);
    const folder = await this.#folder(above);
    return folder.getFileHandle(name).then(
      () => true,
      (error: unknown) => !(error instanceof DOMException && error.name === 'NotFoundError'),
    );
  }

  async open(path: string): Promise<Sink> {
    const { above, name } = split(path);
    const folder = await this.#folder(above);
    const file = await folder.getFileHandle(name, { create: true });
    return new FileSink(await file.createWritable());
  }

  async close(): Promise<void> {}

  discard(): void {}

  /** Whether the first folder of the way was made by us. */
  async #isBelowNew(path: string): Promise<boolean> {
    const [first = ''] = path.split('/');
    return first !== path && ((await this.#isNew.get(first)) ?? false);
  }

  #folder(path: string): Promise<FileSystemDirectoryHandle> {
    if (path === '') return Promise.resolve(this.#root);
    const known = this.#folders.get(path);
    if (known) return known;
    const made = this.#make(path);
    this.#folders.set(path, made);
    // Where it failed it may be tried once more.
    made.catch(() => this.#folders.delete(path));
    return made;
  }

  async #make(path: string): Promise<FileSystemDirectoryHandle> {
    const { above, name } = split(path);
    const folder = await this.#folder(above);
    if (above === '' && !this.#isNew.has(name))
      this.#isNew.set(
        name,
        folder.getDirectoryHandle(name).then(
          () => false,
          () => true,
        ),
      );
    await this.#isNew.get(name);
    return folder.getDirectoryHandle(name, { create: true });
  }
}

function split(path: string): { readonly above: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { above: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
