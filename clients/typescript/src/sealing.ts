// SPDX-License-Identifier: MIT
// A client's side of its sealing: what goes in and out of the port, and the identities that only the
// client's own thread can remember.

import { encodeEnvelope, type Envelope, type OutgoingEnvelope, type RawId } from './envelope.ts';
import { problemOfName } from './names.ts';
import type { PresenceChange } from './presence.ts';
import type { Failure } from './result.ts';
import type { IdentityStore } from './seal/identities.ts';
import type { SealLevel } from './seal/keys.ts';
import type { ChannelEvent, FromSeal, PeerIdentity, SealSettings } from './seal/messages.ts';
import type { OpenSeal, SealPort } from './seal/port.ts';

export interface SealingHandlers {
  /** The keys are made. */
  ready(): void;
  /** The password is no view link, or this machine cannot seal. The last call. */
  barred(failure: Failure): void;
  /** To be sent as it is. Errors: why it was not. */
  transmit(envelope: OutgoingEnvelope): Failure | undefined;
  replied(envelope: Envelope): void;
  failed(id: RawId, recipient: string, failure: Failure): void;
  heard(event: ChannelEvent): void;
  discarded(): void;
  identified(identity: PeerIdentity): void;
  /** A part of a stream came. */
  part(envelope: Envelope): void;
  /** A part of this stream was not sent, or not delivered. */
  undone(peer: string, stream: RawId, failure: Failure): void;
  /** The session in which there may be streams with this peer has ended, or lost something. */
  broken(peer: string, why: string): void;
  /** `partBytes` is less than it was. */
  partLeft(): void;
}

/** What the channel's password gave. */
export interface SealGrant {
  readonly level: SealLevel;
  readonly joinKey: string;
  /** Stands in the password's place in a link that lets watch and not command. */
  readonly viewLink: string;
}

export class Sealing {
  readonly #channel: string;
  readonly #identities: IdentityStore;
  readonly #handlers: SealingHandlers;
  readonly #port: SealPort;
  /** How each device last proved itself. */
  readonly #met = new Map<string, PeerIdentity>();
  /** Commands that wait for a session, so that nothing of them has left. */
  readonly #held = new Set<RawId>();
  /** Of streams' parts that are not sealed yet. */
  #partBytes = 0;
  #grant: SealGrant | undefined;

  constructor(
    settings: SealSettings,
    open: OpenSeal,
    identities: IdentityStore,
    handlers: SealingHandlers,
  ) {
    this.#channel = settings.channel;
    this.#identities = identities;
    this.#handlers = handlers;
    this.#port = open(settings, (message) => this.#receive(message));
  }

  /** Undefined until the keys are made. */
  get grant(): SealGrant | undefined {
    return this.#grant;
  }

  identityOf(name: string): PeerIdentity | undefined {
    return this.#met.get(name);
  }

  isHeld(id: RawId): boolean {
    return this.#held.has(id);
  }

  /** Nothing is waited for any more. */
  release(id: RawId): void {
    this.#held.delete(id);
  }

  /** `envelope` is a Command's as encodeEnvelope() wrote it, without recipients. */
  command(
    id: RawId,
    recipients: readonly string[],
    envelope: string,
    blob: Uint8Array | undefined,
    timeoutMilliseconds: number,
  ): void {
    this.#held.add(id);
    for (const recipient of recipients)
      this.#port.post({
        kind: 'command',
        command: { id, recipient, envelope, blob, timeoutMilliseconds },
      });
  }

  /** How much of what part() was given has not been transmitted. */
  get partBytes(): number {
    return this.#partBytes;
  }

  /** As command(), but in the session that is there, at once, and without an answer. */
  part(peer: string, stream: RawId, envelope: string, bytes: Uint8Array | undefined): void {
    this.#partBytes += bytes?.length ?? 0;
    // Its own copy moves to the worker; what is a view would take all that it is a view of along.
    this.#port.post({ kind: 'part', part: { peer, stream, envelope, blob: bytes?.slice() } });
  }

  /** While there are streams with a peer, their session is kept. */
  streaming(peer: string, isStreaming: boolean): void {
    this.#port.post({ kind: 'streaming', peer, isStreaming });
  }

  /** A message that says that it is sealed. Whether it may be one, by whom it is, is seen here. */
  received(envelope: Envelope): void {
    const { messageType, originator, blob } = envelope;
    const isOfSubscriber = originator !== null && problemOfName(originator) === undefined;
    if (!isOfSubscriber || blob === undefined || !hasSealedForm(envelope))
      return this.#handlers.discarded();
    this.#port.post({ kind: 'received', messageType, from: originator, blob: blob.bytes });
  }

  undelivered(id: RawId, failure: Failure): void {
    this.#port.post({ kind: 'undelivered', id, failure });
  }

  /** The hub dropped answers of these, or with `*` of anybody. */
  dropped(names: readonly string[]): void {
    this.#port.post({ kind: 'dropped', names });
  }

  presence(change: PresenceChange): void {
    this.#port.post({ kind: 'presence', change });
  }

  away(): void {
    this.#held.clear();
    this.#port.post({ kind: 'away' });
  }

  /**
   * Takes the identity that a device offers in place of the one that is remembered; `fingerprint` is
   * the one that the person saw. False when the device has shown none that is refused, or another.
   */
  trust(name: string, fingerprint: string): boolean {
    const met = this.#met.get(name);
    if (met?.state !== 'changed' || met.fingerprint !== fingerprint) return false;
    this.#identities.write(this.#channel, name, met.key);
    this.#met.set(name, { ...met, state: 'remembered', remembered: fingerprint });
    this.#port.post({ kind: 'trusted', peer: name });
    return true;
  }

  close(): void {
    this.#port.close();
  }

  #receive(message: FromSeal): void {
    switch (message.kind) {
      case 'ready':
        this.#grant = message;
        return this.#handlers.ready();
      case 'barred':
        return this.#handlers.barred(message.failure);
      case 'transmit':
        return this.#transmit(message);
      case 'reply':
        return this.#handlers.replied(message.envelope);
      case 'failed':
        this.#held.delete(message.id);
        return this.#handlers.failed(message.id, message.recipient, message.failure);
      case 'event':
        return this.#handlers.heard(message.event);
      case 'recall':
        return this.#port.post({
          kind: 'recalled',
          peer: message.peer,
          session: message.session,
          key: this.#identities.read(this.#channel, message.peer),
        });
      case 'part':
        return this.#handlers.part(message.envelope);
      case 'undone':
        this.#partLeft(message.unsentBytes);
        return this.#handlers.undone(message.peer, message.stream, message.failure);
      case 'broken':
        return this.#handlers.broken(message.peer, message.why);
      case 'identity':
        return this.#identified(message.identity);
      case 'discarded':
        return this.#handlers.discarded();
    }
  }

  #transmit({ envelope, command, part }: Extract<FromSeal, { kind: 'transmit' }>): void {
    const failure = this.#handlers.transmit(envelope);
    if (part && failure) this.#handlers.undone(part.peer, part.stream, failure);
    if (part) this.#partLeft(part.bytes);
    if (command === undefined) return;
    this.#held.delete(command.id);
    if (failure) this.#handlers.failed(command.id, command.recipient, failure);
  }

  #partLeft(bytes: number): void {
    this.#partBytes -= bytes;
    this.#handlers.partLeft();
  }

  #identified(identity: PeerIdentity): void {
    if (identity.state === 'first')
      this.#identities.write(this.#channel, identity.name, identity.key);
    this.#met.set(identity.name, identity);
    this.#handlers.identified(identity);
  }
}

/** Section 8: a blob without name and type, and nothing outside that belongs inside. */
function hasSealedForm({ blob, name, value, response, stream, expiresAt }: Envelope): boolean {
  return (
    blob?.name === undefined &&
    blob?.type === undefined &&
    name === null &&
    expiresAt === null &&
    value === undefined &&
    response === undefined &&
    stream === undefined
  );
}

/** A Command as it goes into a box, before it is anybody's. */
export function innerCommand(
  command: Pick<OutgoingEnvelope, 'id' | 'name' | 'value' | 'blob' | 'stream'>,
): string {
  return encodeEnvelope({ messageType: 'Command', ...command });
}
