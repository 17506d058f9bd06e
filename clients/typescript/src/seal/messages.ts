// SPDX-License-Identifier: MIT
// What a client and its sealing tell one another. All of it can be cloned, so that the sealing may
// live in a worker; either side hears the other in the order in which it spoke.

import type { Blob, Envelope, MessageType, OutgoingEnvelope, RawId } from '../envelope.ts';
import type { Json } from '../json.ts';
import type { PresenceChange } from '../presence.ts';
import type { Failure } from '../result.ts';
import type { SealLevel } from './keys.ts';

export interface SealSettings {
  readonly channel: string;
  readonly subscriber: string;
  /** Or what a view link carries in its place. */
  readonly password: string;
  /** Whether sessions are made to hear events, with every device that is there. */
  readonly wantsEvents: boolean;
}

/** What somebody told the whole channel. */
export interface ChannelEvent {
  readonly from: string;
  readonly name: string;
  readonly value: Json | undefined;
  readonly blob: Blob | undefined;
}

/** From whom local events come: no subscriber can have this name. */
export const clientName = '@client';
/** Sealed messages did not arrive: its value has the shape of hub.dropped's. */
export const sealLost = 'seal.lost';
/** A device is not who it was: its value has `subscriber`, `remembered` and `fingerprint`. */
export const sealChanged = 'seal.changed';

/** How a device has proved who it is, beside what is remembered of it. */
export interface PeerIdentity {
  readonly name: string;
  /** `first`: nothing was remembered; `changed`: it is refused until a person accepts it. */
  readonly state: 'first' | 'remembered' | 'changed';
  /** The public key, in hexadecimal. */
  readonly key: string;
  readonly fingerprint: string;
  /** The fingerprint that is remembered, unless this is the first. */
  readonly remembered: string | undefined;
}

/** A Command to one recipient. */
export interface SealedCommand {
  readonly id: RawId;
  readonly recipient: string;
  /** As encodeEnvelope() wrote it, without recipients. */
  readonly envelope: string;
  readonly blob: Uint8Array | undefined;
  readonly timeoutMilliseconds: number;
}

/** A part of a stream with a peer, to be sealed at once. */
export interface SealedPart {
  readonly peer: string;
  /** The opening Command's id. */
  readonly stream: RawId;
  /** As encodeEnvelope() wrote it, without recipients. */
  readonly envelope: string;
  readonly blob: Uint8Array | undefined;
}

export type ToSeal =
  | { readonly kind: 'command'; readonly command: SealedCommand }
  | { readonly kind: 'part'; readonly part: SealedPart }
  /** Whether there are streams with the peer, so that its session is kept. */
  | { readonly kind: 'streaming'; readonly peer: string; readonly isStreaming: boolean }
  /** A sealed message came. */
  | {
      readonly kind: 'received';
      readonly messageType: MessageType;
      readonly from: string;
      readonly blob: Uint8Array;
    }
  /** The hub says that the message with this outer id did not arrive. */
  | { readonly kind: 'undelivered'; readonly id: RawId; readonly failure: Failure }
  /** The hub dropped answers of these; `*` stands for names that it no longer counts. */
  | { readonly kind: 'dropped'; readonly names: readonly string[] }
  | { readonly kind: 'presence'; readonly change: PresenceChange }
  /** The link is down: what waited has failed. */
  | { readonly kind: 'away' }
  /** Answers `recall`. */
  | {
      readonly kind: 'recalled';
      readonly peer: string;
      readonly session: string;
      readonly key: string | undefined;
    }
  /** A person has accepted the peer's new identity. */
  | { readonly kind: 'trusted'; readonly peer: string };

export type FromSeal =
  /** The first: the keys are made, or cannot be. */
  | {
      readonly kind: 'ready';
      readonly level: SealLevel;
      readonly joinKey: string;
      readonly viewLink: string;
    }
  | { readonly kind: 'barred'; readonly failure: Failure }
  | {
      readonly kind: 'transmit';
      readonly envelope: OutgoingEnvelope;
      /** Which Command it carries, if it does. */
      readonly command?: { readonly id: RawId; readonly recipient: string };
      /** Whether it is a part of a stream: of which, and how long its blob was. */
      readonly part?: { readonly peer: string; readonly stream: RawId; readonly bytes: number };
    }
  /** A Response of the peer's that answers nothing, as those of streams do. */
  | { readonly kind: 'part'; readonly envelope: Envelope }
  /** A part was not sealed, and so were so many bytes of it; or it was, and did not arrive. */
  | {
      readonly kind: 'undone';
      readonly peer: string;
      readonly stream: RawId;
      readonly failure: Failure;
      readonly unsentBytes: number;
    }
  /** What there was of streams with the peer is over. */
  | { readonly kind: 'broken'; readonly peer: string; readonly why: string }
  /** A Response that its originator has sealed; one that accepts a stream, also where it is late. */
  | { readonly kind: 'reply'; readonly envelope: Envelope }
  | {
      readonly kind: 'failed';
      readonly id: RawId;
      readonly recipient: string;
      readonly failure: Failure;
    }
  | { readonly kind: 'event'; readonly event: ChannelEvent }
  /** Asks for the key that is remembered of a peer. */
  | { readonly kind: 'recall'; readonly peer: string; readonly session: string }
  | { readonly kind: 'identity'; readonly identity: PeerIdentity }
  /** A message was forged, replayed, malformed or asked for by nobody. */
  | { readonly kind: 'discarded' };
