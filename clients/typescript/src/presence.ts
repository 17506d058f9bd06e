// SPDX-License-Identifier: MIT
// Who is in the channel, as the join's answer and the hub's Broadcasts tell it (section 4).

import { valueObject, type Envelope } from './envelope.ts';
import { booleanMember, stringMember } from './json.ts';
import type { Joined } from './join.ts';
import { hubName } from './requests.ts';

export interface Subscriber {
  readonly name: string;
  /** What it said of itself; true for all in a hub that does not tell devices from people. */
  readonly device: boolean;
}

export type PresenceChange =
  | { readonly kind: 'reset'; readonly subscribers: readonly Subscriber[] }
  | { readonly kind: 'joined'; readonly subscriber: Subscriber }
  | { readonly kind: 'left'; readonly name: string; readonly reason: string };

export function presenceOfJoin({ subscribers, devices }: Joined): readonly Subscriber[] {
  return subscribers.map((name) => ({ name, device: devices?.includes(name) ?? true }));
}

/** What a Broadcast says about presence; undefined when it is about something else. */
export function presenceOfBroadcast(envelope: Envelope): PresenceChange | undefined {
  if (envelope.originator !== hubName) return undefined;
  const value = valueObject(envelope);
  const name = stringMember(value, 'subscriber');
  if (name === undefined) return undefined;
  if (envelope.name === 'hub.joined')
    return {
      kind: 'joined',
      subscriber: { name, device: booleanMember(value, 'device') ?? false },
    };
  if (envelope.name === 'hub.left')
    return { kind: 'left', name, reason: stringMember(value, 'reason') ?? 'left' };
  return undefined;
}
