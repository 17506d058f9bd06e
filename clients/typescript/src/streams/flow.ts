// SPDX-License-Identifier: MIT
// How much may be sent in one direction of a stream: credit at the end that sends; at the end that
// receives a window, which grows with the link's rate and round trip (docs/protocol.md section 7).

import { limits } from '../limits.ts';

export type StreamFlowError =
  /** A chunk is missing, or came twice. */
  | 'gap'
  /** More was sent than this end allowed. */
  | 'beyond_credit'
  /** More credit than a direction may have. */
  | 'credit_overflow'
  | 'after_end';

export const flowErrors: Readonly<Record<StreamFlowError, string>> = {
  gap: 'a chunk is missing',
  beyond_credit: 'more was sent than was allowed',
  credit_overflow: 'more was allowed than a stream may have',
  after_end: 'it went on behind its end',
};

const overhead = limits.streamChunkCostBytes;
/** A grant is worth a message once it is this part of the window. */
const grantShare = 8;
/** A window holds so many times what the link has on its way. */
const windowFactor = 1.5;
/** On a fast link, most of a round trip is threads that wait for their turn. */
const roundTripLeast = limits.streamRoundTripMicrosecondsMin / 1000;
/** What a clock without finer steps shows as no time at all took at least so long, in milliseconds. */
const instant = 1e-6;

/** What a chunk of so many bytes costs. */
export function streamChunkCost(bytes: number): number {
  return bytes + overhead;
}

/** The end that sends. */
export class SendingFlow {
  #credit: number;
  #chunks = 0;

  constructor(credit: number) {
    this.#credit = credit;
  }

  /** How many chunks were sent. */
  get chunks(): number {
    return this.#chunks;
  }

  /** The most bytes that the next chunk may have; 0 while there is no credit. */
  get chunkBytesMax(): number {
    if (this.#credit <= overhead) return 0;
    return Math.min(this.#credit - overhead, limits.streamChunkBytesMax);
  }

  /** Counts a chunk of at most so many bytes, and gives its number. */
  send(bytes: number): number {
    this.#credit -= streamChunkCost(bytes);
    return this.#chunks++;
  }

  /** Errors: credit_overflow, and nothing has changed. */
  addCredit(bytes: number): StreamFlowError | undefined {
    if (this.#credit + bytes > limits.streamCreditBytesMax) return 'credit_overflow';
    this.#credit += bytes;
    return undefined;
  }
}

/** From a grant until the first chunk that only it allowed has been dealt with. */
interface Round {
  readonly allowedBefore: number;
  readonly takenBefore: number;
  readonly grantedAt: number;
  hasComeBack: boolean;
}

/**
 * The end that receives. Its window is what the other end may have sent and this one has not dealt
 * with. Times are milliseconds of one clock that never goes back.
 */
export class ReceivingFlow {
  #window: number;
  /** All credit ever given, the first window too. */
  #granted: number;
  #received = 0;
  #taken = 0;
  #chunks = 0;
  #hasFinished = false;
  #round: Round | undefined;
  #roundTripMin = Infinity;
  /** By what was measured. */
  #windowWanted = 0;

  constructor(window: number) {
    this.#window = window;
    this.#granted = window;
  }

  get window(): number {
    return this.#window;
  }

  get hasFinished(): boolean {
    return this.#hasFinished;
  }

  /** Counts a chunk that came. Errors: gap, beyond_credit, after_end. */
  receive(seq: number, bytes: number, now: number): StreamFlowError | undefined {
    if (this.#hasFinished) return 'after_end';
    if (seq !== this.#chunks) return 'gap';
    const cost = streamChunkCost(bytes);
    if (cost > this.#granted - this.#received) return 'beyond_credit';
    this.#chunks++;
    this.#received += cost;
    this.#taken += overhead; // It takes no room here.
    const round = this.#round;
    if (round && !round.hasComeBack && this.#received > round.allowedBefore) {
      const roundTrip = Math.max(now - round.grantedAt, instant);
      this.#roundTripMin = Math.min(this.#roundTripMin, roundTrip);
      round.hasComeBack = true;
    }
    return undefined;
  }

  /** The other end has sent its last. Errors: gap, after_end. */
  finish(seq: number): StreamFlowError | undefined {
    if (this.#hasFinished) return 'after_end';
    if (seq !== this.#chunks) return 'gap';
    this.#hasFinished = true;
    return undefined;
  }

  /**
   * So many bytes of chunks, in order, were dealt with. Gives the credit to grant for that, or 0
   * while it is not worth a message. The window grows to at most `windowMax`.
   */
  take(bytes: number, windowMax: number, now: number): number {
    this.#taken += bytes;
    if (this.#hasFinished) return 0;
    if (this.#round?.hasComeBack) this.#measure(this.#round, now);
    this.#window = Math.max(this.#window, Math.min(this.#windowWanted, windowMax));
    const grant = this.#taken + this.#window - this.#granted;
    if (grant < Math.floor(this.#window / grantShare)) return 0;
    this.#round ??= {
      allowedBefore: this.#granted,
      takenBefore: this.#taken,
      grantedAt: now,
      hasComeBack: false,
    };
    this.#granted += grant;
    return grant;
  }

  /** The rate of this round, for as long as the shortest round trip: that much is on its way. */
  #measure(round: Round, now: number): void {
    this.#round = undefined;
    const time = Math.max(now - round.grantedAt, instant);
    const rate = (this.#taken - round.takenBefore) / time;
    const roundTrip = Math.max(this.#roundTripMin, roundTripLeast);
    const wanted = Math.floor(windowFactor * rate * roundTrip);
    this.#windowWanted = Math.max(this.#windowWanted, wanted);
  }
}
