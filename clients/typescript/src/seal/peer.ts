// SPDX-License-Identifier: MIT
// One whom this client has Commands for, or wants to hear: makes a seal session, asks whether it
// still stands when it is in doubt, and fails what waits when it does not (docs/protocol.md
// section 8, "Session", "Data" and "Loss"). Nothing is ever sent twice.

import { encodeEnvelope, valueObject, type Envelope, type RawId } from '../envelope.ts';
import { booleanMember } from '../json.ts';
import { limits } from '../limits.ts';
import { notKnown } from '../requests.ts';
import type { Failure } from '../result.ts';
import { bytesOfHex, hexOf } from './bytes.ts';
import { idBytes, type Boxed, type Welcome } from './forms.ts';
import { Greeting, type Established, type EventKey } from './handshake.ts';
import { addressedTo, makeInner, parseInner } from './inner.ts';
import { fingerprintOf, type SealLevel } from './keys.ts';
import type { FromSeal, PeerIdentity, SealedCommand } from './messages.ts';
import { keyBytes, type Primitives } from './primitives.ts';
import { SealSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';

/** What a message of ours was, for when the hub says that it did not arrive. */
export type Meaning =
  | { readonly kind: 'hello'; readonly session: string }
  | { readonly kind: 'ping'; readonly id: RawId }
  | { readonly kind: 'command'; readonly id: RawId };

/** What a peer needs of the channel that it is in. */
export interface Channel {
  readonly primitives: Primitives;
  readonly surroundings: Surroundings;
  readonly name: string;
  readonly subscriber: string;
  readonly level: SealLevel;
  readonly psk: Uint8Array;
  emit(message: FromSeal): void;
  transmit(peer: Peer, blob: Uint8Array, meaning: Meaning): void;
  /** For a session that we do not know. */
  sayUnknown(peer: string, session: Uint8Array): void;
  learn(peer: string, keys: readonly EventKey[]): void;
  tellLost(peer: string, responses: number): void;
  wantsEventsOf(peer: string): boolean;
}

interface Waiting extends SealedCommand {
  readonly dueAt: number;
}
interface Hello {
  readonly greeting: Greeting;
  readonly id: string;
  readonly tries: number;
  readonly cancel: () => void;
}
/** A welcome was right; whose it is, is being looked up. */
interface Arrival {
  readonly id: string;
  readonly established: Established;
  readonly session: SealSession;
}
interface Ping {
  readonly id: RawId;
  readonly session: SealSession;
  readonly cancel: () => void;
}

const pingName = 'seal.ping';
const answerMilliseconds = limits.sealHelloSeconds * 1000;
const againMilliseconds = limits.sealAgainSeconds * 1000;
const freshMilliseconds = limits.sealSessionFreshSeconds * 1000;

export class Peer {
  readonly name: string;
  readonly #channel: Channel;
  #current: SealSession | undefined;
  /** Nothing is sent in it any more, but what was asked may still be answered. */
  #previous: SealSession | undefined;
  #hello: Hello | undefined;
  #arrival: Arrival | undefined;
  #ping: Ping | undefined;
  #waiting: Waiting[] = [];
  #cancelDelay: (() => void) | undefined;
  #begunAt = -Infinity;
  #notBefore = -Infinity;
  /** Why the peer's identity is refused, for as long as another look would be too soon. */
  #refusal: { readonly failure: Failure; readonly until: number } | undefined;

  constructor(channel: Channel, name: string) {
    this.#channel = channel;
    this.name = name;
  }

  /** When it was last of use; undefined while something is going on. */
  get idleSince(): number | undefined {
    const isBusy = this.#hello ?? this.#arrival ?? this.#ping ?? this.#cancelDelay;
    if (isBusy || this.#waiting.length > 0 || this.#current?.isWaitedIn) return undefined;
    return this.#current?.usedAt ?? this.#begunAt;
  }

  request(command: SealedCommand): void {
    const now = this.#now();
    if (this.#refusal && now < this.#refusal.until)
      return this.#fail(command.id, this.#refusal.failure);
    this.#waiting.push({ ...command, dueAt: now + command.timeoutMilliseconds });
    this.#advance();
  }

  /** Makes a session to hear events. `fresh`: one of which the welcome tells the keys anew. */
  seek(fresh: boolean): void {
    const session = this.#usable();
    if (fresh) this.#notBefore = Math.max(this.#notBefore, this.#begunAt + againMilliseconds);
    if (fresh || session === undefined) this.#begin();
    else if (session.isInDoubt) this.#ask(session);
  }

  /** The peer joined anew, or we did: it may have forgotten the session. */
  doubt(): void {
    if (this.#current) this.#current.isInDoubt = true;
    if (this.#arrival) this.#arrival.session.isInDoubt = true;
  }

  /** One of the two is gone. The client has failed what waited. */
  interrupt(): void {
    this.#endHello();
    this.#endPing();
    this.#cancelDelay?.();
    this.#cancelDelay = undefined;
    this.#arrival?.session.erase();
    this.#arrival = undefined;
    this.#waiting = [];
    this.#current?.settleAll();
    this.#previous?.erase();
    this.#previous = undefined;
    this.doubt();
  }

  /** Forgets all keys. */
  erase(): void {
    this.interrupt();
    this.#current?.erase();
    this.#current = undefined;
  }

  welcomed(welcome: Welcome): void {
    const hello = this.#hello;
    const established = hello?.greeting.accept(welcome);
    if (hello === undefined || established === undefined) return this.#discard();
    this.#endHello();
    const { primitives } = this.#channel;
    const session = new SealSession(
      primitives,
      welcome.session,
      established.transport,
      this.#now(),
    );
    this.#arrival = { id: hello.id, established, session };
    this.#channel.emit({ kind: 'recall', peer: this.name, session: hello.id });
  }

  /** What is remembered of the peer, in answer to `recall`. */
  recalled(id: string, key: string | undefined): void {
    const arrival = this.#arrival;
    if (arrival?.id !== id) return;
    this.#arrival = undefined;
    const identity = this.#identityOf(arrival.established.identity, key);
    this.#channel.emit({ kind: 'identity', identity });
    if (identity.state === 'changed') {
      arrival.session.erase();
      return this.#refuse(identity);
    }
    this.#refusal = undefined;
    this.#channel.learn(this.name, arrival.established.eventKeys);
    if (this.#current) this.#retire(this.#current);
    this.#current = arrival.session;
    // A session that has nothing to send is confirmed by asking for it.
    if (this.#waiting.length === 0 || arrival.session.isInDoubt) this.#ask(arrival.session);
    else this.#flush(arrival.session);
  }

  trusted(): void {
    this.#refusal = undefined;
    this.#notBefore = -Infinity;
    if (this.#channel.wantsEventsOf(this.name)) this.seek(false);
  }

  received(data: Boxed): void {
    const id = hexOf(data.id);
    const session = [this.#current, this.#previous].find((one) => one?.id === id);
    if (session === undefined) {
      this.#discard();
      return this.#channel.sayUnknown(this.name, data.id);
    }
    const opened = session.open(data);
    if (!opened.ok) return this.#discard();
    const inner = parseInner(opened.plain);
    if (inner.ok && inner.value.messageType === 'Response') this.#answered(session, inner.value);
    else this.#discard();
    if (opened.lost > 0) this.#missed(opened.lost);
  }

  /** The peer says that it knows no such session, or takes no Commands at all. */
  unknown(id: string): void {
    if (this.#hello?.id === id) {
      this.#endHello();
      return this.#failWaiting({ code: 501, error: `${this.name} takes no sealed commands` });
    }
    if (this.#previous?.id === id) return this.#dropPrevious();
    const session = this.#current;
    if (session?.id !== id) return this.#discard();
    this.#end(session);
    this.#notBefore = this.#begunAt + againMilliseconds;
    if (this.#waiting.length > 0 || this.#channel.wantsEventsOf(this.name)) this.#begin();
  }

  /** The hub's word, which proves nothing. */
  undelivered(meaning: Meaning, { code, error }: Failure): void {
    switch (meaning.kind) {
      case 'hello':
        if (this.#hello?.id !== meaning.session) return;
        this.#endHello();
        return this.#failWaiting({ code, error });
      case 'ping':
        if (this.#ping?.id !== meaning.id) return;
        this.#endPing();
        return this.#failWaiting({ code, error });
      case 'command':
        for (const session of [this.#current, this.#previous])
          if (session?.settle(meaning.id))
            this.#fail(meaning.id, { code, error: `the hub says: ${error}; ${notKnown}` });
    }
  }

  #advance(): void {
    const session = this.#usable();
    if (session === undefined) this.#begin();
    else if (session.isInDoubt) this.#ask(session);
    else this.#flush(session);
  }

  #usable(): SealSession | undefined {
    const session = this.#current;
    if (session && this.#now() - session.usedAt >= freshMilliseconds) this.#retire(session);
    return this.#current;
  }

  #begin(): void {
    if (this.#hello ?? this.#arrival ?? this.#cancelDelay) return;
    const wait = this.#notBefore - this.#now();
    if (wait <= 0) return this.#greet(1);
    this.#cancelDelay = this.#channel.surroundings.after(wait, () => {
      this.#cancelDelay = undefined;
      this.#greet(1);
    });
  }

  #greet(tries: number): void {
    const { primitives, surroundings, name, subscriber, level, psk } = this.#channel;
    if (tries === 1) this.#begunAt = this.#now();
    const session = surroundings.randomBytes(idBytes);
    const place = { channel: name, initiator: subscriber, responder: this.name, level, session };
    const ephemeral = surroundings.randomBytes(keyBytes);
    const greeting = new Greeting(primitives, place, psk, ephemeral);
    const cancel = surroundings.after(answerMilliseconds, () => this.#unanswered(tries));
    const id = hexOf(session);
    this.#hello = { greeting, id, tries, cancel };
    this.#channel.transmit(this, greeting.hello, { kind: 'hello', session: id });
  }

  #unanswered(tries: number): void {
    this.#endHello();
    if (tries < limits.sealHelloTries) return this.#greet(tries + 1);
    this.#failWaiting({
      code: 408,
      error: `${this.name} did not answer the sealed handshake; nothing was sent`,
    });
  }

  #ask(session: SealSession): void {
    if (this.#ping) return;
    const { surroundings } = this.#channel;
    const id = JSON.stringify(hexOf(surroundings.randomBytes(12)));
    const cancel = surroundings.after(answerMilliseconds, () => {
      this.#endPing();
      this.#retire(session);
      if (this.#waiting.length > 0) this.#begin();
    });
    this.#ping = { id, session, cancel };
    const envelope = encodeEnvelope({ messageType: 'Command', id, name: pingName });
    const inner = makeInner(addressedTo(envelope, this.name));
    this.#channel.transmit(this, session.seal(inner, this.#now()), { kind: 'ping', id });
  }

  #flush(session: SealSession): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const command of waiting) this.#send(session, command);
  }

  #send(session: SealSession, { id, envelope, blob, dueAt }: Waiting): void {
    const now = this.#now();
    if (dueAt <= now)
      return this.#fail(id, { code: 408, error: 'there was no session in time; it was not sent' });
    const inner = makeInner(addressedTo(envelope, this.name, dueAt - session.beganAt), blob);
    session.expect(id, dueAt, now);
    this.#channel.transmit(this, session.seal(inner, now), { kind: 'command', id });
  }

  #answered(session: SealSession, inner: Envelope): void {
    const id = inner.response?.requestId ?? '';
    if (this.#ping?.session === session && this.#ping.id === id) return this.#stands(session);
    if (!session.settle(id)) return this.#discard();
    this.#channel.emit({ kind: 'reply', envelope: { ...inner, originator: this.name } });
    // One of the two clocks has stood still, so deadlines mean nothing any more.
    const isExpired = booleanMember(valueObject(inner), 'expired') ?? false;
    if (inner.response?.responseCode === 408 && isExpired) this.#retire(session);
    if (session === this.#previous && !session.isWaitedIn) this.#dropPrevious();
  }

  #stands(session: SealSession): void {
    this.#endPing();
    session.isInDoubt = false;
    if (session === this.#current) this.#flush(session);
  }

  /** Something of the peer's did not arrive: it may have been any of the answers. */
  #missed(responses: number): void {
    for (const session of [this.#current, this.#previous]) if (session) this.#failSent(session);
    this.#channel.tellLost(this.name, responses);
  }

  #refuse(identity: PeerIdentity): void {
    const failure = {
      code: 495,
      error:
        `the identity of ${this.name} has changed: remembered is ${identity.remembered}, ` +
        `offered was ${identity.fingerprint}; nothing is sent to it until you accept that`,
    };
    this.#refusal = { failure, until: this.#begunAt + againMilliseconds };
    this.#failWaiting(failure);
  }

  #identityOf(publicKey: Uint8Array, remembered: string | undefined): PeerIdentity {
    const { primitives } = this.#channel;
    const key = hexOf(publicKey);
    const isSame = remembered === key;
    return {
      name: this.name,
      state: remembered === undefined ? 'first' : isSame ? 'remembered' : 'changed',
      key,
      fingerprint: fingerprintOf(primitives, publicKey),
      remembered:
        remembered === undefined ? undefined : fingerprintOf(primitives, bytesOfHex(remembered)),
    };
  }

  /** Sends nothing more in it, and hears what was asked there. */
  #retire(session: SealSession): void {
    if (session !== this.#current) return;
    if (this.#ping?.session === session) this.#endPing();
    this.#current = undefined;
    this.#dropPrevious();
    if (session.isWaitedIn) this.#previous = session;
    else session.erase();
  }

  #dropPrevious(): void {
    if (this.#previous) this.#end(this.#previous);
  }

  #end(session: SealSession): void {
    if (this.#ping?.session === session) this.#endPing();
    if (session === this.#current) this.#current = undefined;
    if (session === this.#previous) this.#previous = undefined;
    this.#failSent(session);
    session.erase();
  }

  #endHello(): void {
    this.#hello?.cancel();
    this.#hello?.greeting.erase();
    this.#hello = undefined;
  }

  #endPing(): void {
    this.#ping?.cancel();
    this.#ping = undefined;
  }

  #failSent(session: SealSession): void {
    const error = `the answer of ${this.name} was lost; ${notKnown}`;
    for (const id of session.settleAll()) this.#fail(id, { code: 503, error });
  }

  /** What was not sent. */
  #failWaiting(failure: Failure): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { id } of waiting) this.#fail(id, failure);
  }

  #fail(id: RawId, failure: Failure): void {
    this.#channel.emit({ kind: 'failed', id, recipient: this.name, failure });
  }

  #discard(): void {
    this.#channel.emit({ kind: 'discarded' });
  }

  #now(): number {
    return this.#channel.surroundings.now();
  }
}
