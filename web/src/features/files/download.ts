// SPDX-License-Identifier: MIT
// A file of a device on its way to this machine. What has come stays when the way breaks off, and
// what there is in the end is compared with what was sent.

import {
  StreamError,
  isObject,
  numberMember,
  stringMember,
  type Json,
  type Stream,
} from '@malinka/client';
import { decodeEntry, type Entry } from './entry.ts';
import type { FileHash } from './hashing.ts';
import {
  checkReply,
  failedBy,
  messageBytesMax,
  messageMilliseconds,
  openMilliseconds,
} from './job.ts';
import type { Ends, Job, Outcome, Progress } from './job.ts';
import type { Sink } from './sink.ts';

/** What there is of it. */
interface Part {
  readonly sink: Sink;
  readonly hash: FileHash;
  /** Which file it is of: another one of the same path is not gone on with. */
  readonly version: string;
  bytes: number;
}

export class Download implements Job {
  readonly #ends: Ends;
  readonly #entry: Entry;
  readonly #open: () => Promise<Sink>;
  #part: Part | undefined;

  /** `open` gives where it goes, also a second time when it has to begin anew. */
  constructor(ends: Ends, entry: Entry, open: () => Promise<Sink>) {
    this.#ends = ends;
    this.#entry = entry;
    this.#open = open;
  }

  async run(signal: AbortSignal, progress: Progress): Promise<Outcome> {
    const { type, size } = this.#entry;
    const isSmall = type === 'file' && size <= messageBytesMax;
    try {
      if (isSmall) await this.#fetchWhole();
      else await this.#fetchStream(signal, progress);
      return { is: 'done' };
    } catch (error) {
      // Where the bytes could not be stored or hashed, what there is cannot be gone on with.
      if (!(error instanceof StreamError)) this.discard();
      return failedBy(error);
    }
  }

  discard(): void {
    this.#part?.sink.discard();
    this.#part?.hash.drop();
    this.#part = undefined;
  }

  async #fetchWhole(): Promise<void> {
    const { client, device } = this.#ends;
    const value = { path: this.#entry.path };
    const options = { timeoutMilliseconds: messageMilliseconds };
    const reply = checkReply(await client.request(device, 'files.read', value, options));
    const sink = await this.#open();
    await sink.write(reply.blob?.bytes ?? new Uint8Array());
    await sink.close();
  }

  async #fetchStream(signal: AbortSignal, progress: Progress): Promise<void> {
    const { client, device } = this.#ends;
    const offset = this.#part?.bytes ?? 0;
    const value = { path: this.#entry.path, offset };
    const options = { signal, timeoutMilliseconds: openMilliseconds };
    let stream: Stream;
    try {
      stream = await client.open(device, 'files.read', value, options);
    } catch (error) {
      // It is shorter by now: the next attempt begins anew.
      if (error instanceof StreamError && error.code === 400) this.discard();
      throw error;
    }
    stream.end();
    try {
      const entry = entryOf(stream.accepted);
      const version = JSON.stringify([entry.size, entry.modified]);
      if (this.#part && this.#part.version !== version) {
        stream.abort();
        this.discard();
        return await this.#fetchStream(signal, progress);
      }
      if (offset > 0) progress.checking();
      const part = (this.#part ??= await this.#begin(version));
      await this.#take(stream, part, (bytes) => progress.moved(bytes, entry.size));
      progress.checking();
      await this.#finish(part, await stream.result());
    } catch (error) {
      stream.abort();
      throw error;
    }
  }

  async #begin(version: string): Promise<Part> {
    return { sink: await this.#open(), hash: this.#ends.hasher.start(), version, bytes: 0 };
  }

  async #take(stream: Stream, part: Part, moved: (bytes: number) => void): Promise<void> {
    for (let bytes = await stream.read(); bytes; bytes = await stream.read()) {
      const { length } = bytes;
      await part.hash.update(bytes);
      await part.sink.write(bytes);
      part.bytes += length;
      moved(part.bytes);
    }
  }

  async #finish({ hash, sink, bytes }: Part, end: Json | undefined): Promise<void> {
    const sent = isObject(end) ? end : {};
    const isSame =
      stringMember(sent, 'sha256') === (await hash.final()) &&
      numberMember(sent, 'bytes') === bytes;
    if (!isSame)
      throw new Error('What arrived is not what was sent: its hash differs, and nothing was kept.');
    await sink.close();
    hash.drop();
    this.#part = undefined;
  }
}

function entryOf(accepted: Json | undefined): Entry {
  const entry = accepted === undefined ? undefined : decodeEntry(accepted);
  if (entry === undefined) throw new Error('The device’s answer was no file.');
  return entry;
}
