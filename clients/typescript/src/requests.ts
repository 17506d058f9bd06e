// SPDX-License-Identifier: MIT
// Commands that wait for their answers (docs/protocol.md sections 3 and 4): who may still answer,
// until when, and what becomes of those who cannot.

import { valueObject, type Blob, type Envelope, type RawId } from './envelope.ts';
import { isStrings, member, numberMember, isObject, stringMember, type Json } from './json.ts';
import type { Failure } from './result.ts';
import { windowOf } from './streams/part.ts';

export const hubName = '@hub';
export const everyone = '*';
/** Ends the error of what was sent and may have arrived. */
export const notKnown = 'not known whether it was carried out';

/** One recipient's answer, or why there is none. */
export interface Reply {
  readonly from: string;
  readonly success: boolean;
  readonly code: number;
  /** Empty when it succeeded. */
  readonly error: string;
  readonly value: Json | undefined;
  readonly blob: Blob | undefined;
  /** What may be sent at first on the stream that it accepts. */
  readonly streamWindow?: number | undefined;
}

export interface Pending {
  readonly id: RawId;
  readonly recipients: readonly string[];
  readonly timeoutMilliseconds: number;
  /** Told of each answer as it comes. */
  readonly onReply?: ((reply: Reply) => void) | undefined;
}

interface Request extends Pending {
  readonly awaiting: Set<string>;
  readonly replies: Map<string, Reply>;
  readonly settle: (replies: ReadonlyMap<string, Reply>) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  /** Sent to everyone, and the hub has not yet said who that is. */
  unlisted: boolean;
}

export class Requests {
  readonly #requests = new Map<RawId, Request>();

  /** Waits for an answer of each recipient; settles with all of them, at the deadline at the latest. */
  open(pending: Pending): Promise<ReadonlyMap<string, Reply>> {
    return new Promise((settle) => {
      const unlisted = pending.recipients.includes(everyone);
      const seconds = pending.timeoutMilliseconds / 1000;
      this.#requests.set(pending.id, {
        ...pending,
        awaiting: new Set(unlisted ? [] : pending.recipients),
        replies: new Map(),
        settle,
        timer: setTimeout(
          () => this.#end(pending.id, { code: 408, error: `no answer within ${seconds} s` }),
          pending.timeoutMilliseconds,
        ),
        unlisted,
      });
    });
  }

  /** Whether the Response answers something that was asked of its originator, for the first time. */
  accept(envelope: Envelope): boolean {
    const request = this.#requests.get(envelope.response?.requestId ?? '');
    const from = envelope.originator;
    if (request === undefined || from === null) return false;
    if (from === hubName && !request.awaiting.has(hubName)) return this.#hear(request, envelope);
    if (!request.awaiting.has(from)) return false;
    this.#answer(request, replyOf(envelope, from));
    return true;
  }

  /** Whether this was asked of the hub, and the hub has not answered. */
  isAskedOfHub(id: RawId | null | undefined): boolean {
    return this.#requests.get(id ?? '')?.awaiting.has(hubName) ?? false;
  }

  /** This one's part of a request has failed; nothing happens when it was settled before. */
  fail(id: RawId, from: string, failure: Failure): void {
    const request = this.#requests.get(id);
    if (request?.awaiting.has(from)) this.#answer(request, failed(from, failure));
  }

  /** Nothing more comes from those who left. */
  left(name: string): void {
    this.#failFrom(name, { code: 404, error: `${name} left before it answered: ${notKnown}` });
  }

  /** The hub dropped answers on their way to us; `*` stands for names that it no longer counts. */
  dropped(names: readonly string[]): void {
    const error = `the answer was lost: this connection did not keep up: ${notKnown}`;
    const failure = { code: 503, error };
    for (const name of names) {
      if (name === everyone) this.failAll(failure);
      else this.#failFrom(name, failure);
    }
  }

  failAll(failure: Failure): void {
    for (const id of [...this.#requests.keys()]) this.#end(id, failure);
  }

  /** What the hub itself says about a Command to others. */
  #hear(request: Request, envelope: Envelope): boolean {
    const value = valueObject(envelope);
    if (request.unlisted && envelope.response?.success === true) {
      const recipients = member(value, 'recipients');
      for (const name of isStrings(recipients) ? recipients : []) request.awaiting.add(name);
      request.unlisted = false;
      this.#settleIfDone(request);
      return true;
    }
    const reply = replyOf(envelope, hubName);
    const failure = { code: reply.code, error: reply.error || 'the hub could not deliver it' };
    const recipient = stringMember(value, 'recipient');
    if (recipient === undefined) this.#end(request.id, failure);
    else if (request.unlisted || request.awaiting.has(recipient))
      this.#answer(request, failed(recipient, failure));
    else return false;
    return true;
  }

  #failFrom(name: string, failure: Failure): void {
    for (const request of [...this.#requests.values()])
      if (request.awaiting.has(name)) this.#answer(request, failed(name, failure));
  }

  #answer(request: Request, reply: Reply): void {
    request.awaiting.delete(reply.from);
    request.replies.set(reply.from, reply);
    request.onReply?.(reply);
    this.#settleIfDone(request);
  }

  #settleIfDone(request: Request): void {
    if (request.unlisted || request.awaiting.size > 0) return;
    clearTimeout(request.timer);
    this.#requests.delete(request.id);
    request.settle(request.replies);
  }

  #end(id: RawId, failure: Failure): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    if (request.unlisted) request.awaiting.add(hubName);
    request.unlisted = false;
    for (const name of [...request.awaiting]) this.#answer(request, failed(name, failure));
  }
}

export function failed(from: string, failure: Failure): Reply {
  return { from, success: false, ...failure, value: undefined, blob: undefined };
}

/** The same failure of each of them. */
export function failedAll(
  recipients: readonly string[],
  failure: Failure,
  onReply?: (reply: Reply) => void,
): ReadonlyMap<string, Reply> {
  const replies = recipients.map((recipient) => failed(recipient, failure));
  for (const reply of replies) onReply?.(reply);
  return new Map(replies.map((reply) => [reply.from, reply]));
}

function replyOf({ response, value, blob, stream }: Envelope, from: string): Reply {
  const success = response?.success ?? false;
  const code = response?.responseCode ?? 0;
  const error = response?.error ?? (success ? '' : `failed with ${code}`);
  const accepted = stream === undefined ? {} : { streamWindow: windowOf(stream) };
  return { from, success, code, error, value, blob, ...accepted };
}

/** The names of a hub.dropped whose answers to us were lost; the hub's own may have been reports about anybody. */
export function namesOfDropped(value: Json | undefined): readonly string[] {
  const from = isObject(value) ? member(value, 'from') : undefined;
  if (!isObject(from)) return [];
  const names = Object.keys(from).filter((name) => {
    const counts = member(from, name);
    return isObject(counts) && (numberMember(counts, 'responses') ?? 0) > 0;
  });
  return names.includes(hubName) ? ['*'] : names;
}
