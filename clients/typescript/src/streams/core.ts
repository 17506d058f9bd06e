// SPDX-License-Identifier: MIT
// One end of a stream: what waits to be sent, what may be sent, what came (docs/protocol.md section
// 7). Its turn to send, and its place among the others, are for Streams.

import type { Blob, RawId } from '../envelope.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import type { Failure } from '../result.ts';
import { flowErrors, ReceivingFlow, SendingFlow, type StreamFlowError } from './flow.ts';
import { makeStreamPart, type StreamPart } from './part.ts';
import { Waiting } from './waiting.ts';

/** Which stream of this subscriber: which of the two ends this is, who the other, and its id. */
export interface StreamKey {
  readonly side: 'requester' | 'executor';
  readonly peer: string;
  /** The opening Command's, as its JSON token. */
  readonly id: RawId;
}

/** What one end of a stream tells its owner. */
export interface StreamHandler {
  /** The next bytes, in order; they count until take() is called for as many. */
  chunk(bytes: Uint8Array): void;
  /** There is room again. */
  room(): void;
  /** The other end sends no more; what a device says last has a value. */
  ended(value: Json | undefined): void;
  /** The last call: both ends have ended in order, or it was given up. */
  over(failure: Failure | undefined): void;
}

export interface StreamMessage {
  readonly key: StreamKey;
  /** Of the Command that opened it. */
  readonly name: string | null;
  readonly stream: string;
  readonly value?: Json | undefined;
  readonly blob?: Blob;
}

export interface Opening {
  readonly key: StreamKey;
  readonly name: string;
  /** What this end may send at first. */
  readonly credit: number;
  /** What the other end may. */
  readonly window: number;
}

/** What a stream asks of all streams together. */
export interface StreamsOfCore {
  maySend(core: StreamCore): void;
  sendNow(core: StreamCore, part: StreamPart): void;
  windowMaxOf(core: StreamCore): number;
  noteGrowth(bytes: number): void;
  remove(core: StreamCore): void;
  now(): number;
}

const waitingBytesMax = limits.streamWaitingBytesMax;
/** With less credit than for this much of what waits, a chunk is not worth its overhead. */
const chunkBytesWorth = 4096;

export class StreamCore {
  readonly key: StreamKey;
  /** Its place in the order of sending; Turns alone uses it. */
  turn = 0;

  readonly #name: string;
  readonly #handler: StreamHandler;
  readonly #sending: SendingFlow;
  readonly #receiving: ReceivingFlow;
  readonly #waiting = new Waiting();
  /** Undefined once it is over: nothing is sent or told any more. */
  #streams: StreamsOfCore | undefined;
  /** end() was called. */
  #end: { readonly value: Json | undefined } | undefined;
  #hasSentEnd = false;
  /** The owner found no room. */
  #isRoomOwed = false;

  constructor(
    streams: StreamsOfCore,
    { key, name, credit, window }: Opening,
    handler: StreamHandler,
  ) {
    this.key = key;
    this.#streams = streams;
    this.#name = name;
    this.#handler = handler;
    this.#sending = new SendingFlow(credit);
    this.#receiving = new ReceivingFlow(window);
  }

  get window(): number {
    return this.#receiving.window;
  }

  /** Whether it is time to send: little waits already. */
  get hasRoom(): boolean {
    return this.#waiting.bytes < waitingBytesMax;
  }

  /** Bytes that were handed over and have not left. */
  get waitingBytes(): number {
    return this.#waiting.bytes;
  }

  /** Whether there is something to send that may be sent now. */
  get canSend(): boolean {
    const waiting = this.#waiting.bytes;
    if (waiting > 0) return this.#sending.chunkBytesMax >= Math.min(waiting, chunkBytesWorth);
    return this.#end !== undefined && !this.#hasSentEnd;
  }

  /** Sends all of it, in order, when there is credit. Nothing happens behind its end. */
  send(bytes: Uint8Array): void {
    if (this.#streams === undefined || this.#end) return;
    this.#waiting.add(bytes);
    this.#isRoomOwed ||= !this.hasRoom;
    if (this.canSend) this.#streams.maySend(this);
  }

  /** So many bytes of what came were dealt with: the other end may send more. */
  take(bytes: number): void {
    const streams = this.#streams;
    if (streams === undefined) return;
    const before = this.window;
    const credit = this.#receiving.take(bytes, streams.windowMaxOf(this), streams.now());
    streams.noteGrowth(this.window - before);
    if (credit > 0) streams.sendNow(this, { is: 'credit', id: this.key.id, bytes: credit });
  }

  /** No more follows what was sent. */
  end(value: Json | undefined): void {
    if (this.#streams === undefined || this.#end) return;
    this.#end = { value };
    if (this.canSend) this.#streams.maySend(this);
  }

  /** Gives both directions up; nothing is told any more. */
  abort({ code, error }: Failure): void {
    const streams = this.#streams;
    if (streams === undefined) return;
    this.#detach();
    streams.sendNow(this, { is: 'abort', id: this.key.id, code, error });
  }

  // What Streams asks and tells.

  /** The next message that may be sent, which is taken as sent. */
  nextMessage(): StreamMessage {
    const { id } = this.key;
    if (this.#waiting.bytes === 0) {
      this.#hasSentEnd = true;
      const message = this.messageOf({ is: 'finish', id, seq: this.#sending.chunks });
      return { ...message, value: this.#end?.value };
    }
    const bytes = this.#waiting.take(this.#sending.chunkBytesMax);
    const message = this.messageOf({ is: 'chunk', id, seq: this.#sending.send(bytes.length) });
    return { ...message, blob: { bytes } };
  }

  /** A message of its was sent: perhaps there is room again, or it is over. */
  sent(): void {
    if (this.#isOver) return this.#finish();
    if (!this.#isRoomOwed || this.#waiting.bytes > waitingBytesMax / 2) return;
    this.#isRoomOwed = false;
    this.#handler.room();
  }

  /** A part that came from the other end. */
  receive(part: StreamPart, value: Json | undefined, bytes: Uint8Array): void {
    switch (part.is) {
      case 'chunk':
        return this.#receiveChunk(part.seq, bytes);
      case 'credit':
        return this.#receiveCredit(part.bytes);
      case 'finish':
        return this.#receiveFinish(part.seq, value);
      case 'abort':
        return this.fail(part);
      case 'opening':
        return;
    }
  }

  /** It is over, and its handler is told. */
  fail({ code, error }: Failure): void {
    if (this.#streams === undefined) return;
    this.#detach();
    this.#handler.over({ code, error });
  }

  /** The same, once the other end has been told. */
  giveUp({ code, error }: Failure): void {
    this.#streams?.sendNow(this, { is: 'abort', id: this.key.id, code, error });
    this.fail({ code, error });
  }

  messageOf(part: StreamPart): StreamMessage {
    return { key: this.key, name: this.#name, stream: makeStreamPart(part) };
  }

  get #isOver(): boolean {
    return this.#hasSentEnd && this.#receiving.hasFinished;
  }

  #receiveChunk(seq: number, bytes: Uint8Array): void {
    const problem = this.#receiving.receive(seq, bytes.length, this.#streams?.now() ?? 0);
    if (problem) this.#breakOff(problem);
    else this.#handler.chunk(bytes);
  }

  #receiveCredit(bytes: number): void {
    const problem = this.#sending.addCredit(bytes);
    if (problem) this.#breakOff(problem);
    else if (this.canSend) this.#streams?.maySend(this);
  }

  #receiveFinish(seq: number, value: Json | undefined): void {
    const problem = this.#receiving.finish(seq);
    if (problem) return this.#breakOff(problem);
    this.#handler.ended(value);
    if (this.#isOver) this.#finish();
  }

  #breakOff(problem: StreamFlowError): void {
    const code = problem === 'gap' ? 503 : 400;
    this.giveUp({ code, error: `the stream broke off: ${flowErrors[problem]}` });
  }

  #finish(): void {
    this.#detach();
    this.#handler.over(undefined);
  }

  #detach(): void {
    this.#streams?.remove(this);
    this.#streams = undefined;
    this.#waiting.clear();
  }
}
