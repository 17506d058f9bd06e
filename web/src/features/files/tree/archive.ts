// SPDX-License-Identifier: MIT
// One archive of many files, written while they come: a zip without compression, as everything opens
// it, of any size. An adapter over client-zip.

import { makeZip } from 'client-zip';
import type { Sink } from '../sink.ts';
import type { Target } from './target.ts';
import type { Problem } from './tree_state.svelte.ts';

/** What a person who opens it should know. */
const problemsName = 'NOT IN THIS ARCHIVE.txt';
/** A zip cannot say that something is older. */
const oldest = Date.UTC(1980, 0, 2);

interface Entry {
  readonly name: string;
  readonly lastModified: Date;
  readonly input?: ReadableStream<Uint8Array>;
}

export class ArchiveTarget implements Target {
  readonly isSequential = true;
  readonly #sink: Sink;
  readonly #entries = new Pipe<Entry>();
  readonly #written: Promise<void>;
  readonly #names = new Set<string>();
  /** Whoever writes a file waits for the one before. */
  #turn: Promise<void> = Promise.resolve();
  #endTurn = () => {};
  #file: Pipe<Uint8Array> | undefined;
  #failure: Error | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
    this.#written = this.#write();
    this.#written.catch((error: Error) => this.#fail(error));
  }

  async addFolder(path: string, modified: string): Promise<void> {
    const endTurn = await this.#takeTurn();
    await this.#put({ name: `${path}/`, lastModified: timeOf(modified) }).finally(endTurn);
  }

  async isThere(): Promise<boolean> {
    return false;
  }

  /** What of a file was written stays: it can be opened once. */
  async open(path: string, modified: string): Promise<Sink> {
    if (this.#names.has(path))
      throw new Error('it changed while it came: what is in the archive of it is not whole');
    this.#names.add(path);
    const endTurn = await this.#takeTurn();
    const { writer, readable } = (this.#file = new Pipe<Uint8Array>());
    const put = this.#put({ name: path, lastModified: timeOf(modified), input: readable });
    put.catch(() => {});
    return {
      write: (bytes) => writer.write(bytes),
      close: () => writer.close().finally(endTurn),
      discard: () =>
        void writer
          .close()
          .catch(() => {})
          .finally(endTurn),
    };
  }

  async close(problems: readonly Problem[]): Promise<void> {
    if (problems.length > 0) await this.#addProblems(problems);
    const endTurn = await this.#takeTurn();
    await this.#entries.writer.close().finally(endTurn);
    await this.#written;
    await this.#sink.close();
  }

  discard(): void {
    this.#fail(new Error('it was given up'));
  }

  async #addProblems(problems: readonly Problem[]): Promise<void> {
    const lines = problems.map(({ path, why }) => `${path}: ${why}\r\n`);
    const sink = await this.open(problemsName, new Date().toISOString());
    await sink.write(new TextEncoder().encode(lines.join('')));
    await sink.close();
  }

  async #takeTurn(): Promise<() => void> {
    const before = this.#turn;
    let end = () => {};
    this.#turn = new Promise((resolve) => (end = resolve));
    await before;
    this.#endTurn = end;
    if (this.#failure) {
      end();
      throw this.#failure;
    }
    return end;
  }

  #put(entry: Entry): Promise<void> {
    return this.#entries.writer.write(entry);
  }

  async #write(): Promise<void> {
    const reader = makeZip(entriesOf(this.#entries.readable)).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read())
      await this.#sink.write(next.value);
  }

  /** Who waits to write hears of it. */
  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#file?.fail(error);
    this.#entries.fail(error);
    this.#endTurn();
    this.#sink.discard();
  }
}

/** What is written comes out at its other end, when that is read; both ends can be told of a failure. */
class Pipe<Item> {
  readonly readable: ReadableStream<Item>;
  readonly writer: WritableStreamDefaultWriter<Item>;
  fail: (error: Error) => void = () => {};

  constructor() {
    const { readable, writable } = new TransformStream<Item, Item>({
      // Only this ends also a write that waits for the other end.
      start: (controller) => void (this.fail = (error) => controller.error(error)),
    });
    this.readable = readable;
    this.writer = writable.getWriter();
    this.writer.closed.catch(() => {});
  }
}

/** Not every browser goes through its streams by itself. */
async function* entriesOf(entries: ReadableStream<Entry>): AsyncGenerator<Entry, void, void> {
  const reader = entries.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function timeOf(rfc3339: string): Date {
  const time = Date.parse(rfc3339);
  return new Date(Math.max(oldest, Number.isNaN(time) ? Date.now() : time));
}
