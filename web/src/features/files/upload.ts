// SPDX-License-Identifier: MIT
// A file of this machine on its way to a device. Never whole in memory unless it is small; what the
// device has of an earlier attempt is not sent again, and what it has in the end is compared.

import { StreamError, isObject, numberMember, type Json, type Reply } from '@malinka/client';
import { bundledBytesMax, type Bundler } from './bundler.ts';
import { Conflicts } from './conflicts.ts';
import {
  checkReply,
  failedBy,
  isInterruption,
  messageBytesMax,
  messageMilliseconds,
  openMilliseconds,
} from './job.ts';
import type { Ends, Job, Outcome, Progress } from './job.ts';

const pieceBytes = 1024 * 1024;
/** Of the hash that names a transfer. */
const nameDigits = 32;

export class Upload implements Job {
  readonly #ends: Ends;
  readonly #file: File;
  readonly #path: string;
  readonly #conflicts: Conflicts;
  readonly #bundler: Bundler | undefined;
  #mayReplace = false;
  /** An earlier message may have arrived, though its answer did not. */
  #mayBeThere = false;

  /** `conflicts` is shared by all that the person gave at once, and `bundler` by all that go at once. */
  constructor(ends: Ends, file: File, path: string, conflicts: Conflicts, bundler?: Bundler) {
    this.#ends = ends;
    this.#file = file;
    this.#path = path;
    this.#conflicts = conflicts;
    this.#bundler = bundler;
  }

  async run(signal: AbortSignal, progress: Progress): Promise<Outcome> {
    try {
      return await this.#send(signal, progress);
    } catch (error) {
      return failedBy(error);
    }
  }

  discard(): void {}

  get #isSmall(): boolean {
    return this.#file.size <= messageBytesMax;
  }

  async #send(signal: AbortSignal, progress: Progress): Promise<Outcome> {
    try {
      await (this.#isSmall
        ? this.#sendWhole(signal, progress)
        : this.#sendStream(signal, progress));
      return { is: 'done' };
    } catch (error) {
      const isTaken = error instanceof StreamError && error.code === 409;
      if (!isTaken || this.#mayReplace) throw error;
      if (this.#mayBeThere && (await this.#isTheSame())) return { is: 'done' };
      if (!(await this.#isThere())) throw error;
    }
    const wish = await this.#conflicts.ask(this.#file.name);
    if (wish === 'skip') return { is: 'skipped' };
    if (wish === 'cancel') return { is: 'cancelled' };
    this.#mayReplace = true;
    return this.#send(signal, progress);
  }

  /** Whether our own message is what is there. */
  async #isTheSame(): Promise<boolean> {
    const { client, device } = this.#ends;
    const options = { timeoutMilliseconds: messageMilliseconds };
    const reply = await client.request(device, 'files.read', { path: this.#path }, options);
    const there = reply.blob?.bytes ?? new Uint8Array();
    const own = await pieceOf(this.#file, 0);
    return (
      reply.success && there.length === own.length && there.every((byte, at) => byte === own[at])
    );
  }

  /** Else the name is taken by another transfer of the same file, which nobody can replace. */
  async #isThere(): Promise<boolean> {
    const { client, device } = this.#ends;
    return (await client.request(device, 'files.stat', { path: this.#path })).success;
  }

  /** What is asked for, however it is sent. */
  get #wish() {
    const modified = new Date(this.#file.lastModified).toISOString();
    return { path: this.#path, overwrite: this.#mayReplace, modified };
  }

  async #sendWhole(signal: AbortSignal, progress: Progress): Promise<void> {
    const bytes = await pieceOf(this.#file, 0);
    const reply =
      this.#bundler && bytes.length <= bundledBytesMax
        ? await this.#bundler.write(this.#wish, bytes, signal)
        : await this.#sendAlone(bytes, progress);
    try {
      checkReply(reply);
    } catch (error) {
      if (error instanceof StreamError && isInterruption(error)) this.#mayBeThere = true;
      throw error;
    }
  }

  #sendAlone(bytes: Uint8Array, progress: Progress): Promise<Reply> {
    const { client, device } = this.#ends;
    return client.request(device, 'files.write', this.#wish, {
      blob: { bytes },
      timeoutMilliseconds: messageMilliseconds,
      onProgress: (sent, total) => progress.moved(sent, total),
    });
  }

  async #sendStream(signal: AbortSignal, progress: Progress): Promise<void> {
    const { client, device, hasher } = this.#ends;
    const file = this.#file;
    const value = { ...this.#wish, size: file.size, transfer: await this.#name() };
    const options = { signal, timeoutMilliseconds: openMilliseconds };
    const stream = await client.open(device, 'files.write', value, options);
    const hash = hasher.start();
    try {
      const offset = offsetOf(stream.accepted, file.size);
      if (offset > 0) progress.checking();
      for (let at = 0; at < file.size; ) {
        const bytes = await pieceOf(file, at);
        await hash.update(bytes);
        const unsent = bytes.subarray(Math.max(0, offset - at));
        at += bytes.length;
        await stream.write(unsent);
        if (unsent.length > 0) progress.moved(at - stream.waitingBytes, file.size);
      }
      stream.end({ sha256: await hash.final() });
      progress.checking();
      await stream.result();
    } catch (error) {
      stream.abort();
      throw error;
    } finally {
      hash.drop();
    }
  }

  /** The same for the same file at the same place, so that another attempt goes on. */
  async #name(): Promise<string> {
    const hash = this.#ends.hasher.start();
    const { name, size, lastModified } = this.#file;
    const text = JSON.stringify([this.#path, name, size, lastModified]);
    await hash.update(new TextEncoder().encode(text));
    const digits = await hash.final();
    hash.drop();
    return digits.slice(0, nameDigits);
  }
}

/** How much of it the device has. */
function offsetOf(accepted: Json | undefined, size: number): number {
  const offset = isObject(accepted) ? numberMember(accepted, 'offset') : undefined;
  const isRight = offset !== undefined && Number.isInteger(offset) && offset >= 0 && offset <= size;
  if (!isRight) throw new Error('The device did not say how much of the file it has.');
  return offset;
}

async function pieceOf(file: File, at: number): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.slice(at, at + pieceBytes).arrayBuffer());
  } catch {
    throw new Error('The browser could not read it: it may have been changed or removed.');
  }
  if (bytes.length === 0 && file.size > 0) throw new Error('It has changed meanwhile.');
  return bytes;
}
