// SPDX-License-Identifier: MIT
// A member of a channel: stays connected, asks others and waits for their answers, hears what they
// tell everyone. Loop-bound; no exception leaves it.

import { backoffDelay, defaultBackoff } from './backoff.ts';
import type { ClientOptions, ClientState, RequestOptions } from './client_options.ts';
import { Connection, type Ending } from './connection.ts';
import { valueObject, type Blob, type Envelope, type OutgoingEnvelope } from './envelope.ts';
import type { RawId } from './envelope.ts';
import { clockOffsetOf, type JoinOptions, type Joined, type Refusal } from './join.ts';
import { stringMember, type Json } from './json.ts';
import { limits } from './limits.ts';
import { randomHex } from './names.ts';
import {
  presenceOfBroadcast,
  presenceOfJoin,
  subscribersOfPage,
  type PresenceChange,
  type Subscriber,
} from './presence.ts';
import {
  everyone,
  failed,
  hubName,
  namesOfDropped,
  notKnown,
  Requests,
  type Reply,
} from './requests.ts';
import type { Failure } from './result.ts';
import { identitiesInMemory, type IdentityStore } from './seal/identities.ts';
import { fitsSealed } from './seal/inner.ts';
import type { ChannelEvent, PeerIdentity } from './seal/messages.ts';
import { innerCommand, Sealing, type SealGrant } from './sealing.ts';
import { Signal } from './signal.ts';
import { onWake } from './wake.ts';

const defaultTimeoutMilliseconds = 15_000;
const progressMilliseconds = 100;
const listedMax = 100_000;
/** Who is known by name: a hub tells of no more than 1,000, and may lie. */
export const subscribersMax = 10_000;
/** Refusals that pass by themselves: too late, or a hub that is full or stopping. */
const passingCodes = [408, 503];
/** What a hub may say in plain of a sealed message (section 8). */
const hubCodes = [202, 400, 404, 408, 413, 503];
const notConnected: Failure = { code: 503, error: 'not connected to the hub' };
const tooManyToSeal: Failure = {
  code: 501,
  error: 'there are too many in the channel to seal for each: name the devices',
};
const plainRefusal: Failure = {
  code: 403,
  error: 'this channel is sealed: what comes in plain is not carried out',
};

export class Client {
  readonly stateChanged = new Signal<ClientState>();
  readonly presenceChanged = new Signal<PresenceChange>();
  readonly eventReceived = new Signal<ChannelEvent>();
  /** A device of a sealed channel has proved who it is, or is somebody else than before. */
  readonly identityMet = new Signal<PeerIdentity>();

  readonly #options: ClientOptions & JoinOptions;
  readonly #isSealed: boolean;
  readonly #identities: IdentityStore;
  readonly #requests = new Requests();
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #stopWaking: () => void;
  #connection: Connection | undefined;
  #sealing: Sealing | undefined;
  #state: ClientState = { phase: 'closed' };
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #clockOffset = 0;
  #name = '';
  #isCrowd = false;
  #discardedMessages = 0;

  /** Nothing happens before connect(). */
  constructor(options: ClientOptions) {
    this.#options = { ...options, instance: options.instance ?? randomHex(128) };
    this.#isSealed = options.sealed !== false && !!options.password;
    this.#identities = options.identities ?? identitiesInMemory();
    this.#stopWaking = onWake(() => this.#wake());
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The others in the channel. */
  get subscribers(): readonly Subscriber[] {
    return [...this.#subscribers.values()];
  }

  /** Messages that were malformed, or answers that nobody had asked for. */
  get discardedMessages(): number {
    return this.#discardedMessages;
  }

  /** Whether what is said here is readable for the two ends only. */
  get isSealed(): boolean {
    return this.#isSealed;
  }

  /** What the password of a sealed channel gives, once its keys are made. */
  get grant(): SealGrant | undefined {
    return this.#sealing?.grant;
  }

  /** How a device of a sealed channel last proved who it is. */
  identityOf(name: string): PeerIdentity | undefined {
    return this.#sealing?.identityOf(name);
  }

  /**
   * Accepts a device's changed identity. `fingerprint` is the new one that the person has seen and
   * means; false when the device has shown none that is refused, or another since.
   */
  trust(name: string, fingerprint: string): boolean {
    const isTrusted = this.#sealing?.trust(name, fingerprint) ?? false;
    const identity = this.identityOf(name);
    if (isTrusted && identity) this.identityMet.emit(identity);
    return isTrusted;
  }

  /** Joins now, whatever was before. */
  connect(): void {
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.#connection = undefined;
    this.#sealing?.away();
    this.#requests.failAll({ code: 503, error: 'the connection was made anew' });
    this.#setState({ phase: 'connecting' });
    if (!this.#isSealed) return this.#open(this.#options.password);
    this.#sealing ??= this.#startSealing();
    if (this.#sealing?.grant) this.#open(this.#sealing.grant.joinKey);
  }

  /** Leaves the channel for good. */
  close(): void {
    clearTimeout(this.#retry);
    this.#stopWaking();
    this.#connection?.close();
    this.#connection = undefined;
    this.#sealing?.close();
    this.#sealing = undefined;
    this.#requests.failAll({ code: 503, error: 'the connection was closed' });
    this.#setState({ phase: 'closed' });
  }

  /** Asks one. Always resolves: a failure is a reply with its code and error. */
  async request(
    recipient: string,
    name: string,
    value: Json = {},
    options: RequestOptions = {},
  ): Promise<Reply> {
    const replies = await this.requestMany([recipient], name, value, options);
    return replies.get(recipient) ?? failed(recipient, { code: 500, error: 'no reply' });
  }

  /**
   * Asks several, or with `['*']` all others; each has its own reply, by name. In a sealed channel
   * those are its devices, and in a crowd they have to be named.
   */
  async requestMany(
    recipients: readonly string[],
    name: string,
    value: Json = {},
    options: RequestOptions = {},
  ): Promise<ReadonlyMap<string, Reply>> {
    const asked = [...new Set(recipients)];
    if (!this.#isSealed) return this.#requestPlain(asked, name, value, options);
    const hub = asked.filter((recipient) => recipient === hubName);
    const sealed = asked.filter((recipient) => recipient !== hubName);
    const [ofHub, ofOthers] = await Promise.all([
      hub.length > 0 ? this.#requestPlain(hub, name, value, options) : [],
      sealed.length > 0 ? this.#requestSealed(sealed, name, value, options) : [],
    ]);
    return new Map([...ofHub, ...ofOthers]);
  }

  #requestPlain(
    asked: readonly string[],
    name: string,
    value: Json,
    options: RequestOptions,
  ): Promise<ReadonlyMap<string, Reply>> {
    const id = JSON.stringify(randomHex(96));
    const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    const sent = this.#transmit({
      messageType: 'Command',
      id,
      name,
      recipients: asked,
      expiresAt: new Date(Date.now() + this.#clockOffset + timeoutMilliseconds).toISOString(),
      value,
      blob: options.blob,
    });
    if (sent !== undefined) return Promise.resolve(failedAll(asked, sent, options));
    return this.#await(id, asked, timeoutMilliseconds, options);
  }

  #requestSealed(
    asked: readonly string[],
    name: string,
    value: Json,
    options: RequestOptions,
  ): Promise<ReadonlyMap<string, Reply>> {
    const id = JSON.stringify(randomHex(96));
    const envelope = innerCommand({ id, name, value, blob: options.blob });
    const failure = this.#problemOfSealing(asked, envelope, options.blob);
    if (failure) return Promise.resolve(failedAll(asked, failure, options));
    const recipients = asked.includes(everyone) ? this.#devicesHere() : asked;
    if (recipients.length === 0) return Promise.resolve(new Map());
    const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    this.#sealing?.command(id, recipients, envelope, options.blob?.bytes, timeoutMilliseconds);
    const replies = this.#await(id, recipients, timeoutMilliseconds, options);
    void replies.then(() => this.#sealing?.release(id));
    return replies;
  }

  /** A Command to everyone is sealed for each of them. */
  #devicesHere(): readonly string[] {
    return this.subscribers.filter(({ device }) => device).map((subscriber) => subscriber.name);
  }

  #problemOfSealing(
    asked: readonly string[],
    envelope: string,
    blob: Blob | undefined,
  ): Failure | undefined {
    if (this.#state.phase !== 'joined') return notConnected;
    if (this.#isCrowd && asked.includes(everyone)) return tooManyToSeal;
    const { maxTextBytes } = this.#state.joined;
    if (fitsSealed(envelope, blob, this.#connection?.messageBytesMax ?? 0)) return undefined;
    return { code: 413, error: `the hub takes ${maxTextBytes} bytes in one message, and no more` };
  }

  #await(
    id: RawId,
    recipients: readonly string[],
    timeoutMilliseconds: number,
    { blob, onReply, onProgress }: RequestOptions,
  ): Promise<ReadonlyMap<string, Reply>> {
    const replies = this.#requests.open({ id, recipients, timeoutMilliseconds, onReply });
    if (blob && onProgress) this.#watchSending(id, blob.bytes.length, onProgress, replies);
    return replies;
  }

  /** Of a crowd, where presence tells no names: the others, page by page, as far as they come. */
  async list(max = listedMax): Promise<readonly Subscriber[]> {
    const listed = new Map<string, Subscriber>();
    for (let offset = 0; offset < max; offset += limits.listPageMax) {
      const page = await this.request(hubName, 'hub.list', { offset, limit: limits.listPageMax });
      const subscribers = subscribersOfPage(page.value);
      for (const subscriber of subscribers) listed.set(subscriber.name, subscriber);
      if (subscribers.length < limits.listPageMax) break;
    }
    listed.delete(this.#name);
    return [...listed.values()];
  }

  /**
   * Tells all others. Errors: why it was not sent. In a sealed channel only those whom one may have
   * a session with can be heard, and this client takes none.
   */
  broadcast(name: string, value: Json, blob?: Blob): Failure | undefined {
    if (this.#isSealed) return { code: 501, error: 'in a sealed channel only devices tell events' };
    return this.#transmit({ messageType: 'Broadcast', name, value, blob });
  }

  #open(key: string | undefined): void {
    const options = { ...this.#options, ...(key ? { key } : {}) };
    this.#connection = new Connection(this.#options.url, this.#options.open, options, {
      joined: (joined) => this.#joined(joined),
      received: (envelope) => this.#received(envelope),
      dropped: () => this.#discardedMessages++,
      ended: (cause) => this.#ended(cause),
    });
  }

  /** Never plain instead: without a place to seal in, nothing is joined. */
  #startSealing(): Sealing | undefined {
    const { channel, subscriber, password = '', seal, hearsEvents = true } = this.#options;
    if (!seal) {
      this.#refuse({ code: 501, error: 'this program was not set up to seal' });
      return undefined;
    }
    const settings = { channel, subscriber, password, wantsEvents: hearsEvents };
    return new Sealing(settings, seal, this.#identities, {
      ready: () => {
        if (this.#state.phase === 'connecting' && !this.#connection)
          this.#open(this.#sealing?.grant?.joinKey);
      },
      barred: (failure) => this.#barred(failure),
      transmit: (envelope) => this.#transmit(envelope),
      replied: (envelope) => {
        if (!this.#requests.accept(envelope)) this.#discardedMessages++;
      },
      failed: (id, recipient, failure) => this.#requests.fail(id, recipient, failure),
      heard: (event) => this.eventReceived.emit(event),
      discarded: () => this.#discardedMessages++,
      identified: (identity) => this.identityMet.emit(identity),
    });
  }

  #barred(failure: Failure): void {
    this.#sealing?.close();
    this.#sealing = undefined;
    this.#connection?.close();
    this.#connection = undefined;
    this.#requests.failAll(failure);
    this.#refuse(failure);
  }

  #refuse(refusal: Refusal): void {
    this.#setState({ phase: 'refused', refusal });
  }

  /** The one way out. */
  #transmit(envelope: OutgoingEnvelope): Failure | undefined {
    const sent = this.#connection?.send(envelope);
    if (sent === undefined) return notConnected;
    return sent.ok ? undefined : sent.failure;
  }

  /** The one way in. With a password, what is plain is believed of the hub alone (section 8). */
  #received(envelope: Envelope): void {
    if (!this.#isSealed) return this.#receivedPlain(envelope);
    if (envelope.sealed === 1) return this.#sealing?.received(envelope);
    if (envelope.messageType === 'Command') return this.#refuseCommand(envelope, plainRefusal);
    const isHubs = envelope.originator === hubName && envelope.sealed === undefined;
    if (!isHubs) this.#discardedMessages++;
    else if (envelope.messageType === 'Response') this.#receivedFromHub(envelope);
    else if (envelope.name?.startsWith('hub.')) this.#receivedBroadcast(envelope);
    else this.#discardedMessages++;
  }

  #receivedPlain(envelope: Envelope): void {
    switch (envelope.messageType) {
      case 'Response':
        return this.#receivedResponse(envelope);
      case 'Broadcast':
        return this.#receivedBroadcast(envelope);
      case 'Command':
        return this.#refuseCommand(envelope, {
          code: 404,
          error: 'this subscriber carries out no commands',
        });
    }
  }

  /** Its answers to what it was asked, and its word on what it did not deliver. */
  #receivedFromHub(envelope: Envelope): void {
    const { name, response } = envelope;
    if (this.#requests.isAskedOfHub(response?.requestId)) return this.#receivedResponse(envelope);
    if (name === 'hub.ping') return this.#followClock(envelope);
    const { requestId = null, success, responseCode: code = 0, error } = response ?? {};
    const isHubs = hubCodes.includes(code) && success === (code === 202);
    if (requestId === null || !isHubs) this.#discardedMessages++;
    else if (!success)
      this.#sealing?.undelivered(requestId, { code, error: error ?? 'it could not be delivered' });
  }

  #receivedResponse(envelope: Envelope): void {
    if (envelope.originator === hubName) this.#followClock(envelope);
    const isPing = envelope.originator === hubName && envelope.name === 'hub.ping';
    if (!this.#requests.accept(envelope) && !isPing) this.#discardedMessages++;
  }

  #followClock(envelope: Envelope): void {
    const time = stringMember(valueObject(envelope), 'time');
    if (time !== undefined) this.#clockOffset = clockOffsetOf(time, Date.now());
  }

  #receivedBroadcast(envelope: Envelope): void {
    if (envelope.originator === hubName && envelope.name === 'hub.dropped')
      return this.#dropped(namesOfDropped(envelope.value));
    const change = presenceOfBroadcast(envelope);
    if (change !== undefined) return this.#applyPresence(change);
    const { originator, name, value, blob } = envelope;
    if (originator === null || name === null) this.#discardedMessages++;
    else this.eventReceived.emit({ from: originator, name, value, blob });
  }

  /** Of a sealed channel, what still waits for its session has lost nothing: the sealing knows it. */
  #dropped(names: readonly string[]): void {
    if (this.#sealing) this.#sealing.dropped(names);
    else this.#requests.dropped(names);
  }

  /** Every Command is answered exactly once; this client carries none out. */
  #refuseCommand({ id, name, originator }: Envelope, { code, error }: Failure): void {
    if (originator === null) return void this.#discardedMessages++;
    this.#transmit({
      messageType: 'Response',
      name,
      recipients: [originator],
      response: { requestId: id, success: false, responseCode: code, error },
    });
  }

  /** A hub that makes names up may make up to so many. */
  #knowsTooMany(change: PresenceChange): boolean {
    return (
      change.kind === 'joined' &&
      this.#subscribers.size >= subscribersMax &&
      !this.#subscribers.has(change.subscriber.name)
    );
  }

  #applyPresence(change: PresenceChange): void {
    if (this.#knowsTooMany(change)) return;
    if (change.kind === 'reset' || change.kind === 'crowd') {
      this.#subscribers.clear();
      this.#isCrowd = change.kind === 'crowd';
    }
    if (change.kind === 'reset')
      for (const subscriber of change.subscribers.slice(0, subscribersMax))
        if (subscriber.name !== this.#name) this.#subscribers.set(subscriber.name, subscriber);
    if (change.kind === 'joined') this.#subscribers.set(change.subscriber.name, change.subscriber);
    if (change.kind === 'left') {
      this.#subscribers.delete(change.name);
      this.#requests.left(change.name);
    }
    const told = change.kind === 'reset' ? { ...change, subscribers: this.subscribers } : change;
    // Before anybody is told who asks the newcomer at once.
    this.#sealing?.presence(told);
    this.presenceChanged.emit(told);
  }

  #joined(joined: Joined): void {
    this.#attempt = 0;
    this.#clockOffset = joined.clockOffset;
    this.#name = joined.subscriber;
    this.#setState({ phase: 'joined', joined });
    this.#applyPresence(presenceOfJoin(joined));
  }

  #ended(cause: Ending): void {
    this.#connection = undefined;
    this.#sealing?.away();
    this.#requests.failAll({
      code: 503,
      error: `the connection to the hub was lost: ${notKnown}`,
    });
    if (cause.kind === 'replaced') return this.#setState({ phase: 'replaced' });
    if (cause.kind === 'lost') return this.#retryLater(cause.failure);
    if (passingCodes.includes(cause.refusal.code)) return this.#retryLater(cause.refusal);
    this.#refuse(cause.refusal);
  }

  #retryLater(failure: Failure): void {
    const delay = backoffDelay(this.#attempt++, this.#options.backoff ?? defaultBackoff);
    this.#retry = setTimeout(() => this.connect(), delay);
    this.#setState({ phase: 'waiting', failure, retryAt: Date.now() + delay });
  }

  #wake(): void {
    if (this.#state.phase === 'waiting') this.connect();
    else this.#connection?.probe();
  }

  #watchSending(
    id: RawId,
    totalBytes: number,
    onProgress: (sentBytes: number, totalBytes: number) => void,
    replies: Promise<unknown>,
  ): void {
    const tell = () => {
      const isHeld = this.#sealing?.isHeld(id) ?? false;
      const buffered = isHeld ? totalBytes : (this.#connection?.bufferedBytes ?? 0);
      const waiting = Math.min(totalBytes, buffered);
      onProgress(totalBytes - waiting, totalBytes);
    };
    tell();
    const timer = setInterval(tell, progressMilliseconds);
    void replies.then(() => clearInterval(timer));
  }

  #setState(state: ClientState): void {
    this.#state = state;
    this.stateChanged.emit(state);
  }
}

function failedAll(
  recipients: readonly string[],
  failure: Failure,
  options: RequestOptions,
): ReadonlyMap<string, Reply> {
  const replies = recipients.map((recipient) => failed(recipient, failure));
  for (const reply of replies) options.onReply?.(reply);
  return new Map(replies.map((reply) => [reply.from, reply]));
}
