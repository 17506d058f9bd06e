// SPDX-License-Identifier: MIT
// A stream as programs use it: bytes in both directions between this client and the device that
// accepted it, each as fast as the other end takes them.

import type { Json } from '../json.ts';
import type { Failure } from '../result.ts';
import type { StreamCore, StreamHandler } from './core.ts';
import { StreamError } from './stream_error.ts';

/** What the other end is told by default of a stream that was given up here. */
const gaveUp: Failure = { code: 503, error: 'the other end gave it up' };
const behindEnd: Failure = { code: 400, error: 'nothing can be written behind the end' };

export class Stream implements AsyncIterable<Uint8Array> {
  /** The other end. */
  readonly device: string;
  /** What came with the answer that accepted it. */
  readonly accepted: Json | undefined;

  readonly #core: StreamCore;
  #chunks: Uint8Array[] = [];
  /** The other end's end. */
  #end: { readonly value: Json | undefined } | undefined;
  #failure: StreamError | undefined;
  #hasEnded = false;
  #isPassedOver = false;
  #isOver = false;
  #readable: ReadableStream<Uint8Array> | undefined;
  #news: Promise<void> | undefined;
  #tell = () => {};
  #ignoreSignal = () => {};

  /** Programs have theirs from Client.open(). */
  constructor(
    device: string,
    accepted: Json | undefined,
    open: (handler: StreamHandler) => StreamCore,
  ) {
    this.device = device;
    this.accepted = accepted;
    this.#core = open({
      chunk: (bytes) => this.#received(bytes),
      room: () => this.#tellNews(),
      ended: (value) => {
        this.#end = { value };
        this.#tellNews();
      },
      over: (failure) => this.#over(failure && new StreamError(failure)),
    });
  }

  /** What was written and has not left this machine, in bytes. */
  get waitingBytes(): number {
    return this.#core.waitingBytes;
  }

  /**
   * The next bytes, or null once the other end has ended. What is not read holds the other end up:
   * no more than the window waits here. Rejects with StreamError when the stream was given up, behind
   * all that came before that.
   */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const bytes = this.#chunks.shift();
      if (bytes) {
        this.#core.take(bytes.length);
        return bytes;
      }
      if (this.#end) return null;
      await this.#change();
    }
  }

  /** Until the other end's end. To leave the loop before it gives the stream up. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    let isRead = false;
    try {
      for (let bytes = await this.read(); bytes; bytes = await this.read()) yield bytes;
      isRead = true;
    } finally {
      if (!isRead) this.abort();
    }
  }

  /** What is read, as the platform's own kind of stream. To cancel it gives this one up. */
  get readable(): ReadableStream<Uint8Array> {
    this.#readable ??= new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await this.read();
          if (bytes) controller.enqueue(bytes);
          else controller.close();
        },
        cancel: () => this.abort(),
      },
      { highWaterMark: 0 },
    );
    return this.#readable;
  }

  /**
   * Takes the bytes over: they are not to be changed any more. Resolves when little waits to be sent,
   * so that who waits for it holds little. Rejects with StreamError when the stream was given up.
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#check();
    if (this.#hasEnded) throw new StreamError(behindEnd);
    this.#core.send(bytes);
    while (!this.#core.hasRoom) await this.#change();
    this.#check();
  }

  /** No more will be written. A stream whose other end has ended is over then. */
  end(value?: Json): void {
    this.#hasEnded = true;
    this.#core.end(value);
  }

  /**
   * The value of the other end's end. Passes over all that was not read until now: what is wanted is
   * to be read before. Rejects with StreamError when the stream was given up.
   */
  async result(): Promise<Json | undefined> {
    this.#isPassedOver = true;
    for (const { length } of this.#chunks) this.#core.take(length);
    this.#chunks = [];
    while (this.#end === undefined) await this.#change();
    return this.#end.value;
  }

  /** Gives it up: the other end is told why, and so is who waits for something of it here. */
  abort(code: number = gaveUp.code, error: string = gaveUp.error): void {
    this.#giveUp({ code, error }, new StreamError({ code, error: `given up here: ${error}` }));
  }

  /** Gives it up when the signal says so. */
  abortBy(signal: AbortSignal): void {
    const giveUp = () => this.#giveUp(gaveUp, abortedBy(signal));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    this.#ignoreSignal = () => signal.removeEventListener('abort', giveUp);
  }

  #giveUp(told: Failure, failure: StreamError): void {
    if (this.#isOver) return;
    this.#core.abort(told);
    this.#chunks = [];
    this.#end = undefined;
    this.#over(failure);
  }

  #received(bytes: Uint8Array): void {
    if (this.#isPassedOver || bytes.length === 0) return this.#core.take(bytes.length);
    this.#chunks.push(bytes);
    this.#tellNews();
  }

  #over(failure: StreamError | undefined): void {
    this.#isOver = true;
    this.#failure = failure;
    this.#ignoreSignal();
    this.#tellNews();
  }

  /** Waits for anything to happen. */
  async #change(): Promise<void> {
    this.#check();
    this.#news ??= new Promise((resolve) => (this.#tell = resolve));
    await this.#news;
  }

  #check(): void {
    if (this.#failure) throw this.#failure;
  }

  #tellNews(): void {
    this.#news = undefined;
    this.#tell();
  }
}

export function abortedBy(signal: AbortSignal): StreamError {
  return new StreamError({ code: 503, error: 'given up here' }, { cause: signal.reason });
}
