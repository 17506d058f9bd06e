// SPDX-License-Identifier: MIT
// Who is in the channel, as the join's answer and the hub's Broadcasts tell it (section 4).

import { valueObject, type Envelope } from './envelope.ts';
import {
  booleanMember,
  isObject,
  namesMember,
  numberMember,
  stringMember,
  type Json,
  type JsonObject,
} from './json.ts';
import type { Joined } from './join.ts';
import { problemOfName } from './names.ts';
import { hubName } from './requests.ts';

export interface Subscriber {
  readonly name: string;
  /** What it said of itself; true for all in a hub that does not tell devices from people. */
  readonly device: boolean;
}

export type PresenceChange =
  | { readonly kind: 'reset'; readonly subscribers: readonly Subscriber[] }
  /** They are too many for the hub to tell of each: none is known by name. */
  | { readonly kind: 'crowd'; readonly count: number }
  | { readonly kind: 'joined'; readonly subscriber: Subscriber }
  | { readonly kind: 'left'; readonly name: string; readonly reason: string };

export function presenceOfJoin({ subscribers, devices, count }: Joined): PresenceChange {
  if (subscribers === undefined) return { kind: 'crowd', count };
  return { kind: 'reset', subscribers: subscribersOf(subscribers, devices) };
}

/** Of an answer to hub.list. */
export function subscribersOfPage(page: Json | undefined): readonly Subscriber[] {
  if (!isObject(page)) return [];
  return subscribersOf(namesMember(page, 'subscribers') ?? [], namesMember(page, 'devices') ?? []);
}

function subscribersOf(
  names: readonly string[],
  devices: readonly string[] | undefined,
): readonly Subscriber[] {
  const isDevice = devices && new Set(devices);
  return names
    .filter((name) => problemOfName(name) === undefined)
    .map((name) => ({ name, device: isDevice?.has(name) ?? true }));
}

/** What a Broadcast says about presence; undefined when it is about something else. */
export function presenceOfBroadcast(envelope: Envelope): PresenceChange | undefined {
  if (envelope.originator !== hubName) return undefined;
  const value = valueObject(envelope);
  if (envelope.name === 'hub.presence') return presenceOfCrowd(value);
  const name = stringMember(value, 'subscriber');
  if (name === undefined || problemOfName(name) !== undefined) return undefined;
  if (envelope.name === 'hub.joined')
    return {
      kind: 'joined',
      subscriber: { name, device: booleanMember(value, 'device') ?? false },
    };
  if (envelope.name === 'hub.left')
    return { kind: 'left', name, reason: stringMember(value, 'reason') ?? 'left' };
  return undefined;
}

/** How many there are, or everyone by name where they have become few again. */
function presenceOfCrowd(value: JsonObject): PresenceChange | undefined {
  const subscribers = namesMember(value, 'subscribers');
  if (subscribers)
    return {
      kind: 'reset',
      subscribers: subscribersOf(subscribers, namesMember(value, 'devices') ?? []),
    };
  const count = numberMember(value, 'subscriberCount');
  return count === undefined ? undefined : { kind: 'crowd', count };
}
