// SPDX-License-Identifier: MIT
// What a transfer does: it runs until it is done or breaks off, and goes on from there when it is
// run again.

import { notKnown, StreamError, type Client, type Reply } from '@malinka/client';
import type { Hasher } from './hashing.ts';

export type Outcome =
  | { readonly is: 'done' }
  /** The person did not want it. */
  | { readonly is: 'skipped' }
  /** Nor anything that was to follow. */
  | { readonly is: 'cancelled' }
  /**
   * Or was given up by the signal. `isInterrupted`: nobody said no; the way broke off, and all that
   * is there stays.
   */
  | { readonly is: 'failed'; readonly error: string; readonly isInterrupted: boolean };

export interface Progress {
  /** So many bytes of how many have arrived. */
  moved(bytes: number, totalBytes: number): void;
  /** None move: what is there is compared. */
  checking(): void;
}

export interface Job {
  /** Never rejects. */
  run(signal: AbortSignal, progress: Progress): Promise<Outcome>;
  /** It will not be run again. */
  discard(): void;
}

/** With whom it deals. */
export interface Ends {
  readonly client: Pick<Client, 'open' | 'request'>;
  readonly device: string;
  readonly hasher: Hasher;
}

/** Up to so much goes in one message, all of it or nothing; what is larger, as a stream. */
export const messageBytesMax = 1024 * 1024;
/** As much at a slow 16 KiB/s, and some rest. */
export const messageMilliseconds = 90_000;
/** A device may have to look for a place first. */
export const openMilliseconds = 30_000;

/** Of a link that was lost, a device that left, did not answer, or has too much to do. */
const interruptions = [408, 429, 503];

/** Nobody said no: the way broke off, and it can be tried again. */
export function isInterruption({ code, error }: Pick<Reply, 'code' | 'error'>): boolean {
  return interruptions.includes(code) || error.endsWith(notKnown);
}

export function failedBy(error: unknown): Outcome {
  if (!(error instanceof StreamError))
    return failed(String(error instanceof Error ? error.message : error));
  return failed(error.error, isInterruption(error));
}

export function failed(error: string, isInterrupted = false): Outcome {
  return { is: 'failed', error, isInterrupted };
}

/** A reply's failure is thrown as a stream's. */
export function checkReply(reply: Reply): Reply {
  if (!reply.success) throw new StreamError(reply);
  return reply;
}
