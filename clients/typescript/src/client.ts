// SPDX-License-Identifier: MIT
// A member of a channel: stays connected, asks others and waits for their answers, hears what they
// tell everyone. Loop-bound; no exception leaves it.

import { backoffDelay, defaultBackoff, type BackoffSettings } from './backoff.ts';
import { Connection, type Ending } from './connection.ts';
import type { Blob, Envelope, OutgoingEnvelope } from './envelope.ts';
import { clockOffsetOf, type JoinOptions, type Joined, type Refusal } from './join.ts';
import { stringMember, type Json } from './json.ts';
import { limits } from './limits.ts';
import { valueObject } from './envelope.ts';
import { randomHex } from './names.ts';
import {
  presenceOfBroadcast,
  presenceOfJoin,
  subscribersOfPage,
  type PresenceChange,
  type Subscriber,
} from './presence.ts';
import { failed, hubName, namesOfDropped, Requests, type Reply } from './requests.ts';
import type { Failure } from './result.ts';
import { Signal } from './signal.ts';
import type { OpenSocket } from './socket.ts';
import { onWake } from './wake.ts';

export interface ClientOptions extends Omit<JoinOptions, 'instance'> {
  /** As from busUrl(): ws://HOST:PORT/bus. */
  readonly url: string;
  readonly open: OpenSocket;
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

export interface RequestOptions {
  readonly timeoutMilliseconds?: number;
  readonly blob?: Blob;
  /** Told of each answer as it comes, when several are asked. */
  readonly onReply?: (reply: Reply) => void;
  /** Told how much of a blob has left this machine. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
}

/** What somebody told the whole channel. */
export interface ChannelEvent {
  readonly from: string;
  readonly name: string;
  readonly value: Json | undefined;
  readonly blob: Blob | undefined;
}

const defaultTimeoutMilliseconds = 15_000;
const progressMilliseconds = 100;
const listedMax = 100_000;
/** Refusals that pass by themselves: too late, or a hub that is full or stopping. */
const passingCodes = [408, 503];

export class Client {
  readonly stateChanged = new Signal<ClientState>();
  readonly presenceChanged = new Signal<PresenceChange>();
  readonly eventReceived = new Signal<ChannelEvent>();

  readonly #options: ClientOptions & JoinOptions;
  readonly #requests = new Requests();
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #stopWaking: () => void;
  #connection: Connection | undefined;
  #state: ClientState = { phase: 'closed' };
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #clockOffset = 0;
  #name = '';
  #discardedMessages = 0;

  /** Nothing happens before connect(). */
  constructor(options: ClientOptions) {
    this.#options = { ...options, instance: options.instance ?? randomHex(128) };
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

  /** Joins now, whatever was before. */
  connect(): void {
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.#requests.failAll({ code: 503, error: 'the connection was made anew' });
    this.#setState({ phase: 'connecting' });
    this.#connection = new Connection(this.#options.url, this.#options.open, this.#options, {
      joined: (joined) => this.#joined(joined),
      received: (envelope) => this.#received(envelope),
      dropped: () => this.#discardedMessages++,
      ended: (cause) => this.#ended(cause),
    });
  }

  /** Leaves the channel for good. */
  close(): void {
    clearTimeout(this.#retry);
    this.#stopWaking();
    this.#connection?.close();
    this.#connection = undefined;
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

  /** Asks several, or with `['*']` all others; each has its own reply, by name. */
  requestMany(
    recipients: readonly string[],
    name: string,
    value: Json = {},
    options: RequestOptions = {},
  ): Promise<ReadonlyMap<string, Reply>> {
    const asked = [...new Set(recipients)];
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
    if (sent !== undefined) {
      const replies = asked.map((recipient) => failed(recipient, sent));
      for (const reply of replies) options.onReply?.(reply);
      return Promise.resolve(new Map(replies.map((reply) => [reply.from, reply])));
    }
    const replies = this.#requests.open({
      id,
      recipients: asked,
      timeoutMilliseconds,
      onReply: options.onReply,
    });
    if (options.blob && options.onProgress)
      this.#watchSending(options.blob.bytes.length, options.onProgress, replies);
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

  /** Tells all others. Errors: why it was not sent. */
  broadcast(name: string, value: Json, blob?: Blob): Failure | undefined {
    return this.#transmit({ messageType: 'Broadcast', name, value, blob });
  }

  /** The one way out: where a sealed channel will seal. */
  #transmit(envelope: OutgoingEnvelope): Failure | undefined {
    const sent = this.#connection?.send(envelope) ?? {
      ok: false,
      failure: { code: 503, error: 'not connected to the hub' },
    };
    return sent.ok ? undefined : sent.failure;
  }

  /** The one way in: where a sealed channel will open what was sealed. */
  #received(envelope: Envelope): void {
    switch (envelope.messageType) {
      case 'Response':
        return this.#receivedResponse(envelope);
      case 'Broadcast':
        return this.#receivedBroadcast(envelope);
      case 'Command':
        return this.#refuseCommand(envelope);
    }
  }

  #receivedResponse(envelope: Envelope): void {
    if (envelope.originator === hubName) {
      const time = stringMember(valueObject(envelope), 'time');
      if (time !== undefined) this.#clockOffset = clockOffsetOf(time, Date.now());
    }
    const isPing = envelope.originator === hubName && envelope.name === 'hub.ping';
    if (!this.#requests.accept(envelope) && !isPing) this.#discardedMessages++;
  }

  #receivedBroadcast(envelope: Envelope): void {
    if (envelope.originator === hubName && envelope.name === 'hub.dropped')
      return this.#requests.dropped(namesOfDropped(envelope.value));
    const change = presenceOfBroadcast(envelope);
    if (change !== undefined) return this.#applyPresence(change);
    const { originator, name, value, blob } = envelope;
    if (originator === null || name === null) this.#discardedMessages++;
    else this.eventReceived.emit({ from: originator, name, value, blob });
  }

  /** Every Command is answered exactly once; this client carries none out. */
  #refuseCommand({ id, name, originator }: Envelope): void {
    if (originator === null) return void this.#discardedMessages++;
    this.#transmit({
      messageType: 'Response',
      name,
      recipients: [originator],
      response: {
        requestId: id,
        success: false,
        responseCode: 404,
        error: 'this subscriber carries out no commands',
      },
    });
  }

  #applyPresence(change: PresenceChange): void {
    if (change.kind === 'reset' || change.kind === 'crowd') this.#subscribers.clear();
    if (change.kind === 'reset')
      for (const subscriber of change.subscribers)
        if (subscriber.name !== this.#name) this.#subscribers.set(subscriber.name, subscriber);
    if (change.kind === 'joined') this.#subscribers.set(change.subscriber.name, change.subscriber);
    if (change.kind === 'left') {
      this.#subscribers.delete(change.name);
      this.#requests.left(change.name);
    }
    const told = change.kind === 'reset' ? { ...change, subscribers: this.subscribers } : change;
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
    this.#requests.failAll({
      code: 503,
      error: 'the connection to the hub was lost; it is not known whether this was carried out',
    });
    if (cause.kind === 'replaced') return this.#setState({ phase: 'replaced' });
    if (cause.kind === 'lost') return this.#retryLater(cause.failure);
    if (passingCodes.includes(cause.refusal.code)) return this.#retryLater(cause.refusal);
    this.#setState({ phase: 'refused', refusal: cause.refusal });
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
    totalBytes: number,
    onProgress: (sentBytes: number, totalBytes: number) => void,
    replies: Promise<unknown>,
  ): void {
    const tell = () => {
      const waiting = Math.min(totalBytes, this.#connection?.bufferedBytes ?? 0);
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
