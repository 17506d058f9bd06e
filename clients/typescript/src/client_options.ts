// SPDX-License-Identifier: MIT
// What a client is made with, what it says of itself, and what goes with a request.

import type { BackoffSettings } from './backoff.ts';
import type { Blob } from './envelope.ts';
import type { JoinOptions, Joined, Refusal } from './join.ts';
import type { Reply } from './requests.ts';
import type { Failure } from './result.ts';
import type { IdentityStore } from './seal/identities.ts';
import type { OpenSeal } from './seal/port.ts';
import type { OpenSocket } from './socket.ts';

export interface ClientOptions extends Omit<JoinOptions, 'instance' | 'key'> {
  /** As from busUrl(): ws://HOST:PORT/bus. */
  readonly url: string;
  readonly open: OpenSocket;
  /** The channel's, or what a view link carries in its place; without one the channel is open. */
  readonly password?: string;
  /** Sealed unless this says false, wherever there is a password. */
  readonly sealed?: boolean;
  /** Where the sealing runs: sealHere, or sealInWorker(…). Without it no sealed channel is joined. */
  readonly seal?: OpenSeal;
  /** Which devices were met before; unless given, remembered as long as this client lives. */
  readonly identities?: IdentityStore;
  /** Whether the events of a sealed channel are wanted: a session with each device. */
  readonly hearsEvents?: boolean;
  readonly instance?: string;
  readonly backoff?: BackoffSettings;
}

export type ClientState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'joined'; readonly joined: Joined }
  /** The link is down; the next attempt is at `retryAt` by Date.now(). */
  | { readonly phase: 'waiting'; readonly failure: Failure; readonly retryAt: number }
  /** The hub said no; connect() asks again. */
  | { readonly phase: 'refused'; readonly refusal: Refusal }
  /** Another connection took our name; connect() takes it back. */
  | { readonly phase: 'replaced' }
  | { readonly phase: 'closed' };

export interface StreamOptions {
  /** How long the device has to accept it. */
  readonly timeoutMilliseconds?: number;
  /** Gives the stream up, also while it is being opened. */
  readonly signal?: AbortSignal;
}

export interface RequestOptions {
  readonly timeoutMilliseconds?: number;
  readonly blob?: Blob;
  /** Told of each answer as it comes, when several are asked. */
  readonly onReply?: (reply: Reply) => void;
  /** Told how much of a blob has left this machine. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
}
