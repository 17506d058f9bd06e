// SPDX-License-Identifier: MIT
// The streams of one subscriber: which part is for which, whose turn it is to send, and how much all
// of them together may receive (docs/protocol.md section 7).

import type { Envelope, RawId } from '../envelope.ts';
import { limits } from '../limits.ts';
import { everyone, hubName } from '../requests.ts';
import type { Failure, Result } from '../result.ts';
import { StreamCore } from './core.ts';
import type { Opening, StreamHandler, StreamKey, StreamMessage, StreamsOfCore } from './core.ts';
import { streamChunkCost } from './flow.ts';
import { Pacer, type PacedLink } from './pacer.ts';
import { makeStreamPart, parseStreamPart, windowOf, type StreamPart } from './part.ts';
import { Turns } from './turns.ts';

/** What the streams of a subscriber need of it. */
export interface StreamTransport extends PacedLink {
  /** Sends a message to its stream's other end, and gives the id by which the hub would report it. */
  send(message: StreamMessage): Result<RawId | undefined>;
  /** Whether there are streams with this peer. */
  streaming(peer: string, isStreaming: boolean): void;
  /** A part was malformed. */
  discarded(): void;
}

/** Windows grow into all but this part of what all may have, which is for streams yet to come. */
const spareShare = 3;
/** A new stream takes at most this part of what is left. */
const firstShare = 4;
const noBytes = new Uint8Array();

export class Streams implements StreamsOfCore {
  readonly #transport: StreamTransport;
  readonly #pacer: Pacer;
  readonly #cores = new Map<string, StreamCore>();
  /** The latest that are over: what still comes for them is not answered. */
  readonly #ended = new Set<string>();
  readonly #turns = new Turns<StreamCore>();
  readonly #byMessageId = new Map<RawId, string>();
  #windowsMax = 0;
  /** Of all streams, and of those that are being opened. */
  #reserved = 0;
  #reservations = 0;

  constructor(transport: StreamTransport) {
    this.#transport = transport;
    this.#pacer = new Pacer(transport, () => this.#sendNext());
  }

  get count(): number {
    return this.#cores.size;
  }

  /** All windows together are a share of what may wait for this subscriber at the hub. */
  setQueueBytes(queueBytes: number): void {
    this.#windowsMax = Math.floor(queueBytes / limits.streamQueueShare);
  }

  /**
   * The window of a stream that is to be opened, kept for it until open() or releaseWindow().
   * Undefined where there are too many.
   */
  reserveWindow(): number | undefined {
    const left = Math.max(0, this.#windowsMax - this.#reserved);
    if (left < limits.streamWindowBytesMin) return undefined;
    if (this.#cores.size + this.#reservations >= limits.streamsMax) return undefined;
    const share = Math.max(Math.floor(left / firstShare), limits.streamWindowBytesMin);
    const window = Math.min(share, limits.streamWindowBytes);
    this.#reserved += window;
    this.#reservations++;
    return window;
  }

  releaseWindow(window: number): void {
    this.#reserved -= window;
    this.#reservations--;
  }

  open(opening: Opening, handler: StreamHandler): StreamCore {
    this.#reservations--; // What was reserved is the stream's now.
    const { peer } = opening.key;
    const isFirst = !this.#hasAnyWith(peer);
    const core = new StreamCore(this, opening, handler);
    this.#cores.set(textOf(opening.key), core);
    if (isFirst) this.#transport.streaming(peer, true);
    return core;
  }

  /** Whether the message belongs to a stream, and so is dealt with. */
  received({ messageType, originator, name, stream, response, value, blob }: Envelope): boolean {
    if (stream === undefined || originator === null || originator === hubName) return false;
    const part = parseStreamPart(stream);
    if (!part.ok) {
      // A Command is answered in any case, and a Response that answers is one.
      if (messageType === 'Command' || response) return false;
      this.#transport.discarded();
      return true;
    }
    if (part.value.is === 'opening') return false;
    const side = messageType === 'Command' ? 'executor' : 'requester';
    const key: StreamKey = { side, peer: originator, id: part.value.id };
    const core = this.#cores.get(textOf(key));
    if (core) core.receive(part.value, value, blob?.bytes ?? noBytes);
    else if (part.value.is === 'chunk' || part.value.is === 'finish') this.#refuse(key, name);
    return true;
  }

  /** A device that accepted a stream when nobody waited for it any more is not to wait either. */
  refuseLate({ originator, name, stream, response }: Envelope): void {
    const { requestId = null, success = false } = response ?? {};
    if (originator === null || originator === hubName || requestId === null) return;
    if (!success || windowOf(stream) === undefined) return;
    this.#refuse({ side: 'requester', peer: originator, id: requestId }, name);
  }

  /** Whether the hub's report was of a part; then its stream is given up. */
  reported(id: RawId | null, { code, error }: Failure): boolean {
    const key = this.#byMessageId.get(id ?? '');
    if (key === undefined) return false;
    this.#cores.get(key)?.giveUp({ code, error });
    return true;
  }

  /** A part was not sent, or not delivered. */
  failed(key: StreamKey, failure: Failure): void {
    this.#cores.get(textOf(key))?.giveUp(failure);
  }

  /** Gives up all streams with `peer`, which is there and is told. */
  abortPeer(peer: string, error: string): void {
    for (const core of [...this.#cores.values()])
      if (core.key.peer === peer) core.giveUp({ code: 503, error });
  }

  /** The same with who is gone. */
  failPeer(peer: string, error: string): void {
    for (const core of [...this.#cores.values()])
      if (core.key.peer === peer) core.fail({ code: 503, error });
  }

  failAll(error: string): void {
    for (const core of [...this.#cores.values()]) core.fail({ code: 503, error });
    this.#byMessageId.clear();
  }

  /** The hub dropped messages of these; `*` stands for names that it no longer counts. */
  dropped(names: readonly string[]): void {
    const error = 'a part of it was dropped, as too much came at once';
    for (const { key } of [...this.#cores.values()])
      if (names.includes(everyone) || names.includes(key.peer)) this.abortPeer(key.peer, error);
  }

  /** The link may take more. */
  wake(): void {
    this.#pacer.wake();
  }

  // What a StreamCore asks.

  maySend(core: StreamCore): void {
    if (this.#turns.add(core)) this.#pacer.want();
  }

  /** Sends at once what is no chunk. Where it cannot be sent, the stream is given up. */
  sendNow(core: StreamCore, part: StreamPart): void {
    this.#send(core, core.messageOf(part));
  }

  /** How far the window of a stream may grow now. */
  windowMaxOf(core: StreamCore): number {
    const left = Math.max(0, this.#windowsMax - this.#reserved);
    const spare = Math.floor(this.#windowsMax / spareShare);
    return core.window + Math.max(0, left - spare);
  }

  noteGrowth(bytes: number): void {
    this.#reserved += bytes;
  }

  /** Forgets it; what still comes for it is not answered. */
  remove(core: StreamCore): void {
    const key = textOf(core.key);
    this.#reserved -= core.window;
    this.#cores.delete(key);
    this.#turns.delete(core);
    this.#rememberEnded(key);
    if (!this.#hasAnyWith(core.key.peer)) this.#transport.streaming(core.key.peer, false);
  }

  now(): number {
    return performance.now();
  }

  /** Sends one message of the stream whose turn it is; false where none has any. */
  #sendNext(): boolean {
    const core = this.#turns.next();
    if (core === undefined) return false;
    const message = core.nextMessage();
    this.#turns.sent(core, streamChunkCost(message.blob?.bytes.length ?? 0), core.canSend);
    if (this.#send(core, message)) core.sent();
    return true;
  }

  #send(core: StreamCore, message: StreamMessage): boolean {
    const sent = this.#transport.send(message);
    if (!sent.ok) core.fail(sent.failure);
    else if (sent.value !== undefined) this.#rememberId(sent.value, core.key);
    return sent.ok;
  }

  /**
   * What is sent for a stream that is not there is to stop. Said once for each: what is on its way
   * already needs no answer of its own.
   */
  #refuse(key: StreamKey, name: string | null): void {
    const text = textOf(key);
    if (this.#cores.has(text) || this.#ended.has(text)) return;
    this.#rememberEnded(text);
    const why = { code: 404, error: 'there is no such stream' };
    const stream = makeStreamPart({ is: 'abort', id: key.id, ...why });
    this.#transport.send({ key, name, stream });
  }

  #hasAnyWith(peer: string): boolean {
    for (const core of this.#cores.values()) if (core.key.peer === peer) return true;
    return false;
  }

  #rememberEnded(key: string): void {
    this.#ended.delete(key);
    this.#ended.add(key);
    forgetOldest(this.#ended, limits.streamsEndedMax);
  }

  #rememberId(id: RawId, key: StreamKey): void {
    this.#byMessageId.set(id, textOf(key));
    forgetOldest(this.#byMessageId, limits.streamIdsMax);
  }
}

function textOf({ side, peer, id }: StreamKey): string {
  return JSON.stringify([side, peer, id]);
}

/** Of what stands in the order in which it came. */
function forgetOldest(known: Map<string, unknown> | Set<string>, max: number): void {
  const [oldest] = known.keys();
  if (oldest !== undefined && known.size > max) known.delete(oldest);
}
