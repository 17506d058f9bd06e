// SPDX-License-Identifier: MIT
// How a client's Commands leave, plain or sealed, and what it waits for then. What comes in answer
// is for Requests.

import type { RequestOptions } from './client_options.ts';
import type { Blob, OutgoingEnvelope, RawId } from './envelope.ts';
import type { Joined } from './join.ts';
import type { Json } from './json.ts';
import { randomHex } from './names.ts';
import { watchSending } from './progress.ts';
import { everyone, failedAll, hubName, type Reply, type Requests } from './requests.ts';
import type { Failure } from './result.ts';
import type { Roster } from './roster.ts';
import { fitsSealed } from './seal/inner.ts';
import { innerCommand, type Sealing } from './sealing.ts';

/** What is asked: an id of its own, and a stream's opening, only where one is to be opened. */
export interface Question {
  readonly recipients: readonly string[];
  readonly name: string;
  readonly value: Json;
  readonly options: RequestOptions;
  readonly id?: RawId;
  readonly stream?: string;
}

/** What of a client it takes to send something, as it is at the time. */
export interface WayOut {
  readonly isSealed: boolean;
  sealing(): Sealing | undefined;
  /** Undefined while it is not joined. */
  joined(): Joined | undefined;
  /** What to add to this machine's clock to have the hub's. */
  clockOffset(): number;
  messageBytesMax(): number;
  /** What was sent and has not left this machine. */
  bufferedBytes(): number;
  transmit(envelope: OutgoingEnvelope): Failure | undefined;
  discarded(): void;
}

export const notConnected: Failure = { code: 503, error: 'not connected to the hub' };

const defaultTimeoutMilliseconds = 15_000;
const tooManyToSeal: Failure = {
  code: 501,
  error: 'there are too many in the channel to seal for each: name the devices',
};

type Replies = ReadonlyMap<string, Reply>;

export class Asking {
  readonly #out: WayOut;
  readonly #requests: Requests;
  readonly #roster: Roster;

  constructor(out: WayOut, requests: Requests, roster: Roster) {
    this.#out = out;
    this.#requests = requests;
    this.#roster = roster;
  }

  /** Each has its own reply, by name. Of a sealed channel, what is for the hub is plain. */
  async ask(question: Question): Promise<Replies> {
    if (!this.#out.isSealed) return this.#askPlain(question);
    const hub = question.recipients.filter((recipient) => recipient === hubName);
    const sealed = question.recipients.filter((recipient) => recipient !== hubName);
    const [ofHub, ofOthers] = await Promise.all([
      hub.length > 0 ? this.#askPlain({ ...question, recipients: hub }) : [],
      sealed.length > 0 ? this.#askSealed({ ...question, recipients: sealed }) : [],
    ]);
    return new Map([...ofHub, ...ofOthers]);
  }

  #askPlain(question: Question): Promise<Replies> {
    const { recipients, name, value, options, stream, id = freshId() } = question;
    const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    const failure = this.#out.transmit({
      messageType: 'Command',
      id,
      name,
      recipients,
      expiresAt: new Date(Date.now() + this.#out.clockOffset() + timeoutMilliseconds).toISOString(),
      value,
      stream,
      blob: options.blob,
    });
    if (failure) return Promise.resolve(failedAll(recipients, failure, options.onReply));
    return this.#await(id, recipients, timeoutMilliseconds, options);
  }

  #askSealed(question: Question): Promise<Replies> {
    const { recipients: asked, name, value, options, stream, id = freshId() } = question;
    const envelope = innerCommand({ id, name, value, stream, blob: options.blob });
    const failure = this.#problemOfSealing(asked, envelope, options.blob);
    if (failure) return Promise.resolve(failedAll(asked, failure, options.onReply));
    const recipients = asked.includes(everyone) ? this.#roster.devices : asked;
    if (recipients.length === 0) return Promise.resolve(new Map());
    const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    const sealing = this.#out.sealing();
    sealing?.command(id, recipients, envelope, options.blob?.bytes, timeoutMilliseconds);
    const replies = this.#await(id, recipients, timeoutMilliseconds, options);
    void replies.then(() => this.#out.sealing()?.release(id));
    return replies;
  }

  #problemOfSealing(
    asked: readonly string[],
    envelope: string,
    blob: Blob | undefined,
  ): Failure | undefined {
    const joined = this.#out.joined();
    if (joined === undefined) return notConnected;
    if (this.#roster.isCrowd && asked.includes(everyone)) return tooManyToSeal;
    if (fitsSealed(envelope, blob, this.#out.messageBytesMax())) return undefined;
    return {
      code: 413,
      error: `the hub takes ${joined.maxTextBytes} bytes in one message, and no more`,
    };
  }

  #await(
    id: RawId,
    recipients: readonly string[],
    timeoutMilliseconds: number,
    { blob, onReply, onProgress }: RequestOptions,
  ): Promise<Replies> {
    const replies = this.#requests.open({ id, recipients, timeoutMilliseconds, onReply });
    if (blob && onProgress)
      watchSending(blob.bytes.length, () => this.#waitingBytes(id), onProgress, replies);
    return replies;
  }

  #waitingBytes(id: RawId): number {
    return this.#out.sealing()?.isHeld(id) ? Infinity : this.#out.bufferedBytes();
  }
}

function freshId(): RawId {
  return JSON.stringify(randomHex(96));
}
