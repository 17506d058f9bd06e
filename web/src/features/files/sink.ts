// SPDX-License-Identifier: MIT
// Where a download goes: a file that the person chose, written as it comes, or the browser's own
// store, from which it is saved when it is whole.

import { saveAs } from '../../components/save.ts';

export interface Sink {
  /** Takes the bytes over. Rejects where they cannot be stored. */
  write(bytes: Uint8Array): Promise<void>;
  /** It is whole. */
  close(): Promise<void>;
  /** Nothing of it is wanted. */
  discard(): void;
}

/** What is larger is written to a file as it comes, where the browser can do that. */
export const keptBytesMax = 32 * 1024 * 1024;
/** What is larger and has to be kept is a matter to speak of. */
export const keptBytesWarned = 256 * 1024 * 1024;

/** Pieces are put together up to so many bytes: storing has a price each time. */
const storedBytes = 1024 * 1024;

class Pieces {
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  /** What is to be stored now, if it is worth it. */
  add(bytes: Uint8Array): Blob | undefined {
    this.#pieces.push(bytes as Uint8Array<ArrayBuffer>);
    this.#bytes += bytes.length;
    return this.#bytes < storedBytes ? undefined : this.rest();
  }

  rest(): Blob {
    const blob = new Blob(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    return blob;
  }
}

/** A browser may move what is in it to its disk; the page's own memory stays small. */
export class KeptSink implements Sink {
  readonly #name: string;
  readonly #pieces = new Pieces();
  #stored: Blob[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const full = this.#pieces.add(bytes);
    if (full) this.#stored.push(full);
  }

  async close(): Promise<void> {
    saveAs(this.#name, [...this.#stored, this.#pieces.rest()]);
    this.discard();
  }

  discard(): void {
    this.#stored = [];
  }
}

/** The file appears under its name when it is whole. */
export class FileSink implements Sink {
  readonly #file: FileSystemWritableFileStream;
  readonly #pieces = new Pieces();

  constructor(file: FileSystemWritableFileStream) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const full = this.#pieces.add(bytes);
    if (full) await this.#file.write(full);
  }

  async close(): Promise<void> {
    await this.#file.write(this.#pieces.rest());
    await this.#file.close();
  }

  discard(): void {
    void this.#file.abort().catch(() => {});
  }
}

/** What no other browser than Chromium's has, and only where the page came by HTTPS. */
interface SavingWindow {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

export function canWriteFiles(): boolean {
  return 'showSaveFilePicker' in globalThis;
}

/**
 * How to begin, also anew, what goes where the person chooses; to be called where they have just
 * asked for it. Undefined when they then chose no file.
 */
export async function chooseSink(
  name: string,
  totalBytes: number,
): Promise<(() => Promise<Sink>) | undefined> {
  const { showSaveFilePicker } = globalThis as SavingWindow;
  const keep = async () => new KeptSink(name);
  if (totalBytes <= keptBytesMax || !showSaveFilePicker) return keep;
  try {
    const handle = await showSaveFilePicker.call(globalThis, { suggestedName: name });
    return async () => new FileSink(await handle.createWritable());
  } catch (error) {
    // Anything else is that the browser has it and does not allow it here.
    return error instanceof DOMException && error.name === 'AbortError' ? undefined : keep;
  }
}
