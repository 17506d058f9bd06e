// SPDX-License-Identifier: MIT
// The first message of a connection, and the hub's answer to it (docs/protocol.md section 2).

import {
  booleanMember,
  isObject,
  namesMember,
  numberMember,
  objectMember,
  stringMember,
  type JsonObject,
} from './json.ts';
import { limits } from './limits.ts';
import { fail, succeed, type Failure, type Result } from './result.ts';

export interface JoinOptions {
  readonly channel: string;
  readonly subscriber: string;
  /** What guards the channel; without one it is open. */
  readonly key?: string;
  /** Who this process is, so that it may replace its own lost connection. */
  readonly instance: string;
  /** Says that this subscriber is a device: a hint to the others, never a right. */
  readonly device?: boolean;
}

export interface Joined {
  readonly channel: string;
  readonly subscriber: string;
  readonly guarded: boolean;
  /** Undefined where they are too many to list. */
  readonly subscribers: readonly string[] | undefined;
  /** With this one. */
  readonly count: number;
  /** Those that said they are devices; undefined from a hub that does not tell. */
  readonly devices: readonly string[] | undefined;
  readonly maxTextBytes: number;
  /** What may wait for this subscriber at the hub. */
  readonly queueBytes: number;
  readonly heartbeatSeconds: number;
  /** What to add to this machine's clock to have the hub's, in milliseconds. */
  readonly clockOffset: number;
}

export interface Refusal extends Failure {
  /** With 429: when the hub looks at a key again. */
  readonly retryAfterSeconds?: number;
}

export type JoinAnswer =
  | { readonly joined: true; readonly value: Joined }
  | { readonly joined: false; readonly refusal: Refusal };

/** How a refusal's code is told once more by the close of the connection. */
export const closeCodeBase = 4000;

export function encodeJoin(options: JoinOptions): string {
  return JSON.stringify({
    messageType: 'Join',
    channel: options.channel,
    subscriber: options.subscriber,
    ...(options.key ? { key: options.key } : {}),
    instance: options.instance,
    maxMessageBytes: limits.textBytesMax,
    ...(options.device ? { device: true } : {}),
  });
}

/** Errors: 400 when the first message is no answer to a join. */
export function decodeJoinAnswer(text: string, now: number): Result<JoinAnswer> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return fail(400, 'the answer to the join is not JSON');
  }
  if (!isObject(answer)) return fail(400, 'the answer to the join is not an object');
  const response = objectMember(answer, 'response');
  if (stringMember(answer, 'messageType') !== 'Response' || response === undefined)
    return fail(400, 'the first message does not answer the join');
  const value = objectMember(answer, 'value') ?? {};
  if (booleanMember(response, 'success') !== true)
    return succeed({ joined: false, refusal: refusalOf(response, value) });
  return joinedOf(value, now);
}

function refusalOf(response: JsonObject, value: JsonObject): Refusal {
  const code = numberMember(response, 'responseCode') ?? 400;
  const retryAfterSeconds = numberMember(value, 'retryAfterSeconds');
  return {
    code,
    error: stringMember(response, 'error') ?? `the hub refused the join with ${code}`,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function joinedOf(value: JsonObject, now: number): Result<JoinAnswer> {
  const channel = stringMember(value, 'channel');
  const subscriber = stringMember(value, 'subscriber');
  if (channel === undefined || subscriber === undefined)
    return fail(400, 'the answer to the join names no channel or subscriber');
  return succeed({
    joined: true,
    value: {
      channel,
      subscriber,
      guarded: booleanMember(value, 'guarded') ?? false,
      subscribers: namesMember(value, 'subscribers'),
      count: numberMember(value, 'subscriberCount') ?? 1,
      devices: namesMember(value, 'devices'),
      maxTextBytes: numberMember(value, 'maxTextBytes') ?? limits.textBytesMax,
      queueBytes: numberMember(value, 'queueBytes') || limits.queueBytes,
      heartbeatSeconds: Math.max(
        1,
        numberMember(value, 'heartbeatSeconds') ?? limits.heartbeatSeconds,
      ),
      clockOffset: clockOffsetOf(stringMember(value, 'time'), now),
    },
  });
}

/** Zero when the hub told no time that can be read. */
export function clockOffsetOf(time: string | undefined, now: number): number {
  const hub = Date.parse(time ?? '');
  return Number.isNaN(hub) ? 0 : hub - now;
}
