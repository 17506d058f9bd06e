// SPDX-License-Identifier: MIT
// A member of a channel: stays connected, asks others and waits for their answers, hears what they
// tell everyone. Loop-bound; no exception leaves it.

import { Asking, notConnected, type WayOut } from './asking.ts';
import { backoffDelay, defaultBackoff } from './backoff.ts';
import type {
  ClientOptions,
  ClientState,
  RequestOptions,
  StreamOptions,
} from './client_options.ts';
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
import { failed, hubName, namesOfDropped, notKnown, Requests, type Reply } from './requests.ts';
import type { Failure } from './result.ts';
import { Roster } from './roster.ts';
import { identitiesInMemory, type IdentityStore } from './seal/identities.ts';
import type { ChannelEvent, PeerIdentity } from './seal/messages.ts';
import { Sealing, type SealGrant } from './sealing.ts';
import { Signal } from './signal.ts';
import { openStream } from './streams/opening.ts';
import { problemOfPart } from './streams/part.ts';
import type { Stream } from './streams/stream.ts';
import { Streams } from './streams/streams.ts';
import { streamTransport } from './streams/transport.ts';
import { onWake } from './wake.ts';

const listedMax = 100_000;
/** Refusals that pass by themselves: too late, or a hub that is full or stopping. */
const passingCodes = [408, 503];
/** What a hub may say in plain of a sealed message (section 8). */
const hubCodes = [202, 400, 404, 408, 413, 503];
const noCommands: Failure = { code: 404, error: 'this subscriber carries out no commands' };
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
  readonly #roster = new Roster();
  readonly #asking: Asking;
  readonly #streams: Streams;
  readonly #stopWaking: () => void;
  #connection: Connection | undefined;
  #sealing: Sealing | undefined;
  #state: ClientState = { phase: 'closed' };
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #clockOffset = 0;
  #name = '';
  #discardedMessages = 0;

  /** Nothing happens before connect(). */
  constructor(options: ClientOptions) {
    this.#options = { ...options, instance: options.instance ?? randomHex(128) };
    this.#isSealed = options.sealed !== false && !!options.password;
    this.#identities = options.identities ?? identitiesInMemory();
    const out = this.#wayOut();
    this.#asking = new Asking(out, this.#requests, this.#roster);
    this.#streams = new Streams(streamTransport(out));
    this.#stopWaking = onWake(() => this.#wake());
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The others in the channel. */
  get subscribers(): readonly Subscriber[] {
    return this.#roster.others;
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
    this.#failAll({ code: 503, error: 'the connection was made anew' });
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
    this.#failAll({ code: 503, error: 'the connection was closed' });
    this.#sealing?.close();
    this.#sealing = undefined;
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
    return this.#asking.ask({ recipients: [...new Set(recipients)], name, value, options });
  }

  /**
   * Opens a stream to a device that takes this command as one; the stream's `accepted` is what it
   * answered. Rejects with StreamError, which has the code and error that a reply would have. End or
   * abort the stream: until both its ends have ended, it keeps its share of what may wait here.
   */
  open(
    device: string,
    name: string,
    value: Json = {},
    { signal, ...options }: StreamOptions = {},
  ): Promise<Stream> {
    const ask = (id: RawId, opening: string, onReply: (reply: Reply) => void) => {
      const question = { recipients: [device], name, value, id, stream: opening };
      void this.#asking.ask({ ...question, options: { ...options, onReply } });
    };
    return openStream(this.#streams, { device, name, signal, ask });
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
      replied: (envelope) => this.#receivedResponse(envelope),
      part: (envelope) => this.#receivedResponse(envelope),
      undone: (peer, id, failure) => this.#streams.failed({ side: 'requester', peer, id }, failure),
      broken: (peer, why) => this.#streams.abortPeer(peer, why),
      partLeft: () => this.#streams.wake(),
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
    this.#failAll(failure);
    this.#refuse(failure);
  }

  #refuse(refusal: Refusal): void {
    this.#setState({ phase: 'refused', refusal });
  }

  #wayOut(): WayOut {
    return {
      isSealed: this.#isSealed,
      sealing: () => this.#sealing,
      joined: () => (this.#state.phase === 'joined' ? this.#state.joined : undefined),
      clockOffset: () => this.#clockOffset,
      messageBytesMax: () => this.#connection?.messageBytesMax ?? 0,
      bufferedBytes: () => this.#connection?.bufferedBytes ?? 0,
      transmit: (envelope) => this.#transmit(envelope),
      discarded: () => this.#discardedMessages++,
    };
  }

  /** The one way out. */
  #transmit(envelope: OutgoingEnvelope): Failure | undefined {
    const sent = this.#connection?.send(envelope);
    if (sent === undefined) return notConnected;
    return sent.ok ? undefined : sent.failure;
  }

  /** The one way in. With a password, what is plain is believed of the hub alone (section 8). */
  #received(envelope: Envelope): void {
    this.#streams.wake();
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
    if (envelope.messageType === 'Command' && this.#streams.received(envelope)) return;
    switch (envelope.messageType) {
      case 'Response':
        return this.#receivedResponse(envelope);
      case 'Broadcast':
        return this.#receivedBroadcast(envelope);
      case 'Command':
        return this.#refuseCommand(envelope, problemOfPart(envelope.stream) ?? noCommands);
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
    if (this.#isOfStream(envelope)) return;
    const isPing = envelope.originator === hubName && envelope.name === 'hub.ping';
    if (this.#requests.accept(envelope) || isPing) return;
    this.#discardedMessages++;
    this.#streams.refuseLate(envelope);
  }

  /** A part of one, or the hub's word on one that it did not deliver. */
  #isOfStream(envelope: Envelope): boolean {
    const { originator, response } = envelope;
    if (originator !== hubName || !response) return this.#streams.received(envelope);
    const {
      requestId,
      responseCode: code,
      success,
      error = 'it could not be delivered',
    } = response;
    return (
      !success && hubCodes.includes(code) && this.#streams.reported(requestId, { code, error })
    );
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
    this.#streams.dropped(names);
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

  #applyPresence(change: PresenceChange): void {
    const told = this.#roster.apply(change);
    if (told === undefined) return;
    if (told.kind === 'left') {
      this.#streams.failPeer(told.name, `${told.name} left`);
      this.#requests.left(told.name);
    }
    // Before anybody is told who asks the newcomer at once.
    this.#sealing?.presence(told);
    this.presenceChanged.emit(told);
  }

  #joined(joined: Joined): void {
    this.#attempt = 0;
    this.#clockOffset = joined.clockOffset;
    this.#name = joined.subscriber;
    this.#roster.own = joined.subscriber;
    this.#streams.setQueueBytes(joined.queueBytes);
    this.#setState({ phase: 'joined', joined });
    this.#applyPresence(presenceOfJoin(joined));
  }

  #ended(cause: Ending): void {
    this.#connection = undefined;
    this.#sealing?.away();
    this.#failAll({ code: 503, error: `the connection to the hub was lost: ${notKnown}` });
    if (cause.kind === 'replaced') return this.#setState({ phase: 'replaced' });
    if (cause.kind === 'lost') return this.#retryLater(cause.failure);
    if (passingCodes.includes(cause.refusal.code)) return this.#retryLater(cause.refusal);
    this.#refuse(cause.refusal);
  }

  #failAll(failure: Failure): void {
    this.#streams.failAll(failure.error);
    this.#requests.failAll(failure);
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

  #setState(state: ClientState): void {
    this.#state = state;
    this.stateChanged.emit(state);
  }
}
