// SPDX-License-Identifier: MIT
// A device's end of a stream, in a test's hand: sends what it is told to as credit allows, takes what
// comes, and keeps it.

import type { Envelope } from '../envelope.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import { concatenate } from '../seal/bytes.ts';
import { ReceivingFlow, SendingFlow } from '../streams/flow.ts';
import { makeStreamPart, parseStreamPart, windowOf, type StreamPart } from '../streams/part.ts';

/** What a device says of a stream: a Response without `response`. */
export interface DeviceSays {
  readonly stream: string;
  readonly value?: Json | undefined;
  readonly blob?: { readonly bytes: Uint8Array } | undefined;
}

type Heard = Pick<Envelope, 'stream' | 'value' | 'blob'>;

export class DeviceStream {
  readonly chunks: Uint8Array[] = [];
  /** Of the client's end. */
  end: { readonly value: Json | undefined } | undefined;
  aborted: Extract<StreamPart, { is: 'abort' }> | undefined;

  readonly #id: string;
  readonly #say: (message: DeviceSays) => void;
  readonly #sending: SendingFlow;
  readonly #receiving: ReceivingFlow;
  #takes = true;
  #untaken = 0;
  #rest: Uint8Array = new Uint8Array();
  #last: { readonly value: Json | undefined } | undefined;

  /** `opening` is the stream member of the Command with this id. */
  constructor(
    id: string,
    opening: string | undefined,
    say: (message: DeviceSays) => void,
    readonly window: number = limits.streamWindowBytes,
  ) {
    this.#id = id;
    this.#say = say;
    this.#sending = new SendingFlow(windowOf(opening) ?? 0);
    this.#receiving = new ReceivingFlow(window);
  }

  /** What the accepting answer has as `stream`. */
  get acceptance(): string {
    return makeStreamPart({ is: 'opening', id: '', window: this.window });
  }

  get received(): Uint8Array {
    return concatenate(...this.chunks);
  }

  /** Sends all of it, and with a last value its end. */
  send(bytes: Uint8Array, last?: { readonly value: Json | undefined }): void {
    this.#rest = concatenate(this.#rest, bytes);
    this.#last = last;
    this.#go();
  }

  /** Whatever credit or order says. */
  say(part: StreamPart, bytes?: Uint8Array, value?: Json): void {
    this.#say({ stream: makeStreamPart(part), value, blob: bytes && { bytes } });
  }

  hear({ stream, value, blob }: Heard): void {
    const part = parseStreamPart(stream ?? '');
    if (!part.ok) throw new Error(part.error);
    const bytes = blob?.bytes ?? new Uint8Array();
    switch (part.value.is) {
      case 'chunk':
        return this.#hearChunk(part.value.seq, bytes);
      case 'credit':
        expectNothing(this.#sending.addCredit(part.value.bytes));
        return this.#go();
      case 'finish':
        expectNothing(this.#receiving.finish(part.value.seq));
        return void (this.end = { value });
      case 'abort':
        return void (this.aborted = part.value);
      case 'opening':
        throw new Error('it is open already');
    }
  }

  /** Whether what comes is dealt with at once; else no credit is given for it until it is. */
  set takes(takes: boolean) {
    this.#takes = takes;
    this.#take();
  }

  #hearChunk(seq: number, bytes: Uint8Array): void {
    expectNothing(this.#receiving.receive(seq, bytes.length, performance.now()));
    this.chunks.push(bytes.slice());
    this.#untaken += bytes.length;
    this.#take();
  }

  #take(): void {
    if (!this.#takes) return;
    const credit = this.#receiving.take(this.#untaken, 2 ** 20, performance.now());
    this.#untaken = 0;
    if (credit > 0) this.say({ is: 'credit', id: this.#id, bytes: credit });
  }

  #go(): void {
    while (this.#rest.length > 0 && this.#sending.chunkBytesMax > 0) {
      const bytes = this.#rest.subarray(0, this.#sending.chunkBytesMax);
      this.#rest = this.#rest.subarray(bytes.length);
      this.say({ is: 'chunk', id: this.#id, seq: this.#sending.send(bytes.length) }, bytes);
    }
    if (this.#rest.length > 0 || this.#last === undefined) return;
    const { value } = this.#last;
    this.#last = undefined;
    this.say({ is: 'finish', id: this.#id, seq: this.#sending.chunks }, undefined, value);
  }
}

function expectNothing(problem: string | undefined): void {
  if (problem !== undefined) throw new Error(`the client broke the rules: ${problem}`);
}
