// SPDX-License-Identifier: MIT
// Small files on their way to a device. Those that are ready while others are on their way wait for
// them, and then go together, in one message: what a message costs is more than what a small file
// does.

import { isList, isObject, member, numberMember, stringMember } from '@malinka/client';
import type { Json, JsonObject, Reply } from '@malinka/client';
import { isInterruption, messageMilliseconds, type Ends } from './job.ts';

/** The largest file that goes by this way. */
export const bundledBytesMax = 64 * 1024;
/** As many as files.unpack takes. */
export const bundleFilesMax = 64;
/** On their way at once: while the device writes one, the next one comes. */
export const bundlesAtOnce = 3;
/** Of a device that takes one file with each. */
const messagesAtOnce = 16;
/** All of a message, where they are answered soon. Elsewhere whoever types on the same link waited for it. */
const messageBytesMax = 4 * bundledBytesMax;
const soonMilliseconds = 50;
const notFound = 404;
const malformed = 400;

interface Waiting {
  readonly wish: JsonObject;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
}

export class Bundler {
  readonly #ends: Ends;
  #waiting: Waiting[] = [];
  #messages = 0;
  /** As much as goes in one now. */
  #messageBytes = bundledBytesMax;
  #takesBundles = true;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Writes one file; `wish` is the value of files.write. Rejects where it is aborted before it went. */
  write(wish: JsonObject, bytes: Uint8Array, signal: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wish, bytes, signal, resolve, reject });
      this.#sendSome();
    });
  }

  #sendSome(): void {
    const most = this.#takesBundles ? bundlesAtOnce : messagesAtOnce;
    while (this.#messages < most) {
      const bundle = this.#next();
      if (bundle.length === 0) return;
      void this.#send(bundle);
    }
  }

  /** In their order, as many as fit. */
  #next(): readonly Waiting[] {
    for (const { signal, reject } of this.#waiting) if (signal.aborted) reject(signal.reason);
    this.#waiting = this.#waiting.filter(({ signal }) => !signal.aborted);
    const most = this.#takesBundles ? bundleFilesMax : 1;
    const bundle: Waiting[] = [];
    let bytes = 0;
    for (const one of this.#waiting.slice(0, most)) {
      bytes += one.bytes.length;
      if (bundle.length > 0 && bytes > this.#messageBytes) break;
      bundle.push(one);
    }
    this.#waiting.splice(0, bundle.length);
    return bundle;
  }

  async #send(bundle: readonly Waiting[]): Promise<void> {
    this.#messages++;
    const begin = performance.now();
    const replies = await this.#ask(bundle);
    const isSoon = performance.now() - begin < soonMilliseconds;
    this.#messages--;
    this.#messageBytes = isSoon
      ? Math.min(this.#messageBytes * 2, messageBytesMax)
      : bundledBytesMax;
    if (replies) replies.forEach((reply, at) => bundle[at]?.resolve(reply));
    else {
      this.#takesBundles = false;
      this.#waiting.unshift(...bundle);
    }
    this.#sendSome();
  }

  /** Undefined where the device is older than bundles. */
  async #ask(bundle: readonly Waiting[]): Promise<readonly Reply[] | undefined> {
    const [first] = bundle;
    if (first && bundle.length === 1)
      return [await this.#request('files.write', first.wish, first.bytes)];
    const files = bundle.map(({ wish, bytes }) => ({ ...wish, size: bytes.length }));
    const reply = await this.#request('files.unpack', { files }, joined(bundle));
    if (reply.code === notFound && !isInterruption(reply)) return undefined;
    return bundle.map((_one, at) => (reply.success ? replyOf(reply, at) : reply));
  }

  #request(command: string, value: JsonObject, bytes: Uint8Array): Promise<Reply> {
    const options = { blob: { bytes }, timeoutMilliseconds: messageMilliseconds };
    return this.#ends.client.request(this.#ends.device, command, value, options);
  }
}

function joined(bundle: readonly Waiting[]): Uint8Array {
  const all = new Uint8Array(bundle.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of bundle) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

/** What the answer to files.unpack says of one of its files, as files.write had answered. */
function replyOf(reply: Reply, at: number): Reply {
  const file = fileOf(reply.value, at);
  const code = file ? numberMember(file, 'code') : malformed;
  if (code === undefined) return { ...reply, value: file };
  const error = (file && stringMember(file, 'error')) ?? 'The device’s answer makes no sense.';
  return { ...reply, success: false, code, error, value: undefined };
}

function fileOf(value: Json | undefined, at: number): JsonObject | undefined {
  const files = isObject(value) ? member(value, 'files') : undefined;
  const file = isList(files) ? files[at] : undefined;
  return isObject(file) ? file : undefined;
}
