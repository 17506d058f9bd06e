// SPDX-License-Identifier: MIT
// One whom this client has Commands for, or wants to hear: makes a seal session, asks whether it
// still stands when it is in doubt, and fails what was sent in it when it does not, never what waits
// for the next (docs/protocol.md section 8, "Session", "Data" and "Loss"). Nothing is sent twice.

import { encodeEnvelope, valueObject, type Envelope, type RawId } from '../envelope.ts';
import { booleanMember, type JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { notKnown } from '../requests.ts';
import type { Failure } from '../result.ts';
import { bytesOfHex, hexOf } from './bytes.ts';
import { idBytes, type Boxed, type Welcome } from './forms.ts';
import { Greeting, type Established, type EventKey } from './handshake.ts';
import { addressedTo, makeInner, parseInner } from './inner.ts';
import { fingerprintOf, type SealLevel } from './keys.ts';
import { sealChanged } from './messages.ts';
import type { FromSeal, PeerIdentity, SealedCommand, SealedPart } from './messages.ts';
import { keyBytes, type Primitives } from './primitives.ts';
import { SealSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';

/** What a message of ours was, for when the hub says that it did not arrive. */
export type Meaning =
  | { readonly kind: 'hello'; readonly session: string }
  | { readonly kind: 'ping'; readonly id: RawId }
  | { readonly kind: 'command'; readonly id: RawId }
  /** `bytes` is how long the blob of a stream's part was. */
  | { readonly kind: 'part'; readonly stream: RawId; readonly bytes: number };

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
  learn(peer: string, keys: readonly EventKey[]): void;
  tellLost(peer: string, responses: number): void;
  /** Tells those who listen something of ours. */
  tell(name: string, value: JsonObject): void;
  wantsEventsOf(peer: string): boolean;
}

interface Waiting extends SealedCommand {
  readonly dueAt: number;
}
interface Hello {
  readonly greeting: Greeting;
  readonly id: string;
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
  readonly cancel: () => void;
}

const pingName = 'seal.ping';
const answerMilliseconds = limits.sealHelloSeconds * 1000;
const againMilliseconds = limits.sealAgainSeconds * 1000;
const freshMilliseconds = limits.sealSessionFreshSeconds * 1000;
const keepMilliseconds = limits.sealKeepSeconds * 1000;

export class Peer {
  readonly name: string;
  readonly #channel: Channel;
  #session: SealSession | undefined;
  #cancelTending: (() => void) | undefined;
  #hello: Hello | undefined;
  #arrival: Arrival | undefined;
  #ping: Ping | undefined;
  #waiting: Waiting[] = [];
  #cancelDelay: (() => void) | undefined;
  /** Whether there are streams in the session. */
  #isStreaming = false;
  /** When the latest hello was sent. */
  #greetedAt = -Infinity;
  /** Why the peer's identity is refused, for as long as another look would be too soon. */
  #refusal: { readonly failure: Failure; readonly until: number } | undefined;

  constructor(channel: Channel, name: string) {
    this.#channel = channel;
    this.name = name;
  }

  /** When it was last of use; undefined while something is going on. */
  get idleSince(): number | undefined {
    const isBusy = this.#hello ?? this.#arrival ?? this.#ping ?? this.#cancelDelay;
    if (isBusy || this.#waiting.length > 0 || this.#isInUse) return undefined;
    return this.#session?.usedAt ?? this.#greetedAt;
  }

  request(command: SealedCommand): void {
    const now = this.#now();
    if (this.#refusal && now < this.#refusal.until)
      return this.#fail(command.id, this.#refusal.failure);
    this.#waiting.push({ ...command, dueAt: now + command.timeoutMilliseconds });
    this.#advance();
  }

  /** A part of a stream: what its session cannot carry is not for the next one. */
  carry({ stream, envelope, blob }: SealedPart): void {
    const bytes = blob?.length ?? 0;
    if (this.#session === undefined)
      return this.#undo(
        stream,
        { code: 503, error: `the session with ${this.name} has ended` },
        bytes,
      );
    const inner = makeInner(addressedTo(envelope, this.name), blob);
    const sealed = this.#session.seal(inner, this.#now());
    this.#channel.transmit(this, sealed, { kind: 'part', stream, bytes });
  }

  /** While there are streams, their session is kept. */
  streaming(isStreaming: boolean): void {
    this.#isStreaming = isStreaming;
    if (this.#session) this.#tend(this.#session);
  }

  /** Makes a session to hear events. */
  seek(): void {
    if (this.#session === undefined) this.#begin();
    else if (this.#session.isInDoubt) this.#ask(this.#session);
  }

  /** Makes another one, of which the welcome tells the keys anew. Else the next event asks again. */
  renew(): void {
    const now = this.#now();
    if (this.#session === undefined) return this.#begin();
    const isUnderWay = this.#hello !== undefined || this.#arrival !== undefined;
    // It would end the session, and nobody would hear what is awaited there.
    if (isUnderWay || this.#isInUse) return;
    if (now - this.#greetedAt >= againMilliseconds) this.#greet(1);
  }

  /** The peer joined anew, or we did: it may have forgotten the session. */
  doubt(): void {
    if (this.#arrival) this.#arrival.session.isInDoubt = true;
    if (this.#session === undefined) return;
    this.#session.isInDoubt = true;
    // The one that was asked may be gone, and the answer with it.
    const wasAsked = this.#ping !== undefined;
    this.#endPing();
    if (wasAsked) this.#ask(this.#session);
  }

  /** The hub has dropped answers of the peer. */
  dropped(): void {
    if (this.#session) this.#failSent(this.#session, 'this connection did not keep up');
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
    this.#session?.settleAll();
    this.doubt();
  }

  /** Forgets all keys. */
  erase(): void {
    this.interrupt();
    if (this.#session) this.#end(this.#session);
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
    if (this.#session) this.#end(this.#session);
    this.#session = arrival.session;
    this.#tend(arrival.session);
    this.#advance();
  }

  trusted(): void {
    this.#refusal = undefined;
    this.#greetedAt = -Infinity;
    // It was the former identity's.
    if (this.#session) this.#end(this.#session);
    if (this.#channel.wantsEventsOf(this.name)) this.seek();
  }

  received(data: Boxed): void {
    const session = this.#session;
    if (session?.id !== hexOf(data.id)) return this.#discard();
    const opened = session.open(data, this.#now());
    if (!opened.ok) return this.#discard();
    const inner = parseInner(opened.plain);
    if (inner.ok && inner.value.messageType === 'Response') this.#answered(session, inner.value);
    else this.#discard();
    if (opened.lost > 0) this.#missed(session, opened.lost);
    // Behind that: what has waited until now was not lost.
    if (this.#waiting.length > 0) this.#advance();
  }

  /** The peer says that it knows no such session, or takes no Commands at all. */
  unknown(id: string): void {
    if (this.#hello?.id === id) {
      this.#endHello();
      return this.#failWaiting({ code: 501, error: `${this.name} takes no sealed commands` });
    }
    if (this.#session?.id !== id) return this.#discard();
    this.#end(this.#session);
    if (this.#waiting.length > 0 || this.#channel.wantsEventsOf(this.name)) this.#begin();
  }

  /** The hub's word, which proves nothing of a Command. */
  undelivered(meaning: Meaning, { code, error }: Failure): void {
    if (meaning.kind === 'part') return this.#undo(meaning.stream, { code, error }, 0);
    if (meaning.kind === 'command') {
      if (this.#session?.settle(meaning.id))
        this.#fail(meaning.id, { code, error: `${error}: ${notKnown}` });
      return;
    }
    // That nobody is there is certain enough for what was not sent; anything else is tried again.
    if (code !== 404) return;
    if (meaning.kind === 'hello' && this.#hello?.id === meaning.session) this.#endHello();
    else if (meaning.kind === 'ping' && this.#ping?.id === meaning.id) this.#endPing();
    else return;
    this.#failWaiting({ code, error });
  }

  /** Does what comes next for what waits. */
  #advance(): void {
    // What is sent while another session is made might not be answered in this one.
    if (this.#hello ?? this.#arrival) return;
    const session = this.#session;
    if (session === undefined) this.#begin();
    else if (session.isInDoubt) this.#ask(session);
    else this.#flush(session);
  }

  #begin(): void {
    if (this.#hello ?? this.#arrival ?? this.#cancelDelay) return;
    const wait = this.#greetedAt + againMilliseconds - this.#now();
    if (wait <= 0) return this.#greet(1);
    this.#cancelDelay = this.#channel.surroundings.after(wait, () => {
      this.#cancelDelay = undefined;
      this.#greet(1);
    });
  }

  #greet(tries: number): void {
    const { primitives, surroundings, name, subscriber, level, psk } = this.#channel;
    this.#greetedAt = this.#now();
    const session = surroundings.randomBytes(idBytes);
    const place = { channel: name, initiator: subscriber, responder: this.name, level, session };
    const ephemeral = surroundings.randomBytes(keyBytes);
    const greeting = new Greeting(primitives, place, psk, ephemeral);
    const cancel = surroundings.after(answerMilliseconds, () => this.#unanswered(tries));
    const id = hexOf(session);
    this.#hello = { greeting, id, cancel };
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

  /** A ping has a deadline, so that a clock that stood still is seen before a Command is at stake. */
  #ask(session: SealSession): void {
    if (this.#ping) return;
    const { surroundings } = this.#channel;
    const now = this.#now();
    const id = JSON.stringify(hexOf(surroundings.randomBytes(12)));
    const cancel = surroundings.after(answerMilliseconds, () => this.#unheard(session));
    this.#ping = { id, cancel };
    const envelope = encodeEnvelope({ messageType: 'Command', id, name: pingName });
    const deadline = now - session.beganAt + answerMilliseconds;
    const inner = makeInner(addressedTo(envelope, this.name, deadline));
    this.#channel.transmit(this, session.seal(inner, now), { kind: 'ping', id });
  }

  #unheard(session: SealSession): void {
    this.#endPing();
    if (!session.isInDoubt) return;
    this.#end(session);
    if (this.#waiting.length > 0) this.#begin();
  }

  /** Whether an answer is awaited in the session, or there are streams in it. */
  get #isInUse(): boolean {
    return this.#isStreaming || (this.#session?.isAwaitedIn(this.#now()) ?? false);
  }

  /** Pings the session while it is in use, and ends it when it was idle for long. */
  #tend(session: SealSession): void {
    this.#cancelTending?.();
    const now = this.#now();
    const isInUse = this.#isInUse;
    const left = session.usedAt + (isInUse ? keepMilliseconds : freshMilliseconds) - now;
    if (left <= 0 && !isInUse) return this.#end(session);
    if (left <= 0) this.#ask(session);
    const wait = left > 0 ? left : keepMilliseconds;
    this.#cancelTending = this.#channel.surroundings.after(wait, () => this.#tend(session));
  }

  #flush(session: SealSession): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const command of waiting) this.#send(session, command);
    if (session.isUnconfirmed) this.#ask(session);
    this.#tend(session);
  }

  #send(session: SealSession, { id, envelope, blob, dueAt }: Waiting): void {
    const now = this.#now();
    if (dueAt <= now)
      return this.#fail(id, { code: 408, error: 'there was no session in time; it was not sent' });
    const inner = makeInner(addressedTo(envelope, this.name, dueAt - session.beganAt), blob);
    session.expect(id, dueAt);
    this.#channel.transmit(this, session.seal(inner, now), { kind: 'command', id });
  }

  /** What answers nothing may be part of a stream, and what nobody awaits any more may accept one. */
  #answered(session: SealSession, inner: Envelope): void {
    if (inner.response === undefined)
      return this.#channel.emit({ kind: 'part', envelope: { ...inner, originator: this.name } });
    const id = inner.response?.requestId ?? '';
    if (this.#ping?.id === id) this.#endPing();
    else if (session.settle(id) || inner.stream !== undefined)
      this.#channel.emit({ kind: 'reply', envelope: { ...inner, originator: this.name } });
    else this.#discard();
    const isExpired = booleanMember(valueObject(inner), 'expired') ?? false;
    if (inner.response?.responseCode !== 408 || !isExpired) return;
    // One of the two clocks has stood still, so deadlines mean nothing any more.
    this.#end(session);
    this.#greetedAt = -Infinity;
  }

  /** Something of the peer's did not arrive: it may have been any of the answers. */
  #missed(session: SealSession, responses: number): void {
    this.#break(`an answer of ${this.name} did not come`);
    this.#failSent(session, 'an answer was lost');
    this.#channel.tellLost(this.name, responses);
  }

  /** Told to all who listen as well: perhaps nobody waits for an answer. */
  #refuse({ fingerprint, remembered = '' }: PeerIdentity): void {
    this.#channel.tell(sealChanged, { subscriber: this.name, remembered, fingerprint });
    const failure = {
      code: 495,
      error:
        `the identity of ${this.name} has changed: remembered is ${remembered}, ` +
        `offered was ${fingerprint}; nothing is sent to it until you accept that`,
    };
    this.#refusal = { failure, until: this.#greetedAt + againMilliseconds };
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

  #end(session: SealSession): void {
    this.#endPing();
    this.#cancelTending?.();
    this.#session = undefined;
    this.#break(`the session with ${this.name} has ended`);
    this.#failSent(session, 'the session has ended');
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

  #failSent(session: SealSession, why: string): void {
    const failure = { code: 503, error: `no answer of ${this.name} comes, as ${why}: ${notKnown}` };
    for (const id of session.settleAll()) this.#fail(id, failure);
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

  #undo(stream: RawId, failure: Failure, unsentBytes: number): void {
    this.#channel.emit({ kind: 'undone', peer: this.name, stream, failure, unsentBytes });
  }

  #break(why: string): void {
    this.#channel.emit({ kind: 'broken', peer: this.name, why });
  }

  #discard(): void {
    this.#channel.emit({ kind: 'discarded' });
  }

  #now(): number {
    return this.#channel.surroundings.now();
  }
}
