// SPDX-License-Identifier: MIT
// What the browser keeps for us as text. It may refuse (private windows, full disks): then nothing
// is remembered, and nothing fails.

import { booleanMember, isObject, stringMember, type IdentityStore } from '@malinka/client';

export function readLocal(key: string): string | undefined {
  return quietly(() => localStorage.getItem(key) ?? undefined);
}

export function writeLocal(key: string, text: string): void {
  quietly(() => localStorage.setItem(key, text));
}

/** Who we are, where. It lives as long as the tab, so that a reload joins again. */
export interface SavedSession {
  readonly url: string;
  readonly channel: string;
  readonly name: string;
  readonly password: string;
  /** Whether what is said there is readable for the two ends only, where there is a password. */
  readonly sealed: boolean;
  readonly instance: string;
}

const tabPrefix = 'malinka.';
const sessionKey = `${tabPrefix}session`;
const nameKey = 'malinka.name';
const instanceKey = 'malinka.instance';

export function saveSession(session: SavedSession): void {
  quietly(() => sessionStorage.setItem(sessionKey, JSON.stringify(session)));
  writeLocal(nameKey, session.name);
  writeLocal(instanceKey, JSON.stringify({ place: placeOf(session), instance: session.instance }));
}

export function savedSession(): SavedSession | undefined {
  const saved = parse(quietly(() => sessionStorage.getItem(sessionKey)));
  if (!isObject(saved)) return undefined;
  const [url, channel, name, password, instance] = [
    stringMember(saved, 'url'),
    stringMember(saved, 'channel'),
    stringMember(saved, 'name'),
    stringMember(saved, 'password'),
    stringMember(saved, 'instance'),
  ];
  if (!url || !channel || !name || password === undefined || !instance) return undefined;
  const sealed = booleanMember(saved, 'sealed') ?? true;
  return { url, channel, name, password, sealed, instance };
}

/** With all that this tab keeps of it. */
export function forgetSession(): void {
  quietly(() => {
    for (const key of Object.keys(sessionStorage))
      if (key.startsWith(tabPrefix)) sessionStorage.removeItem(key);
  });
}

/** What this tab keeps of the channel until it is left, also over a reload. */
export function readTab(key: string): unknown {
  return parse(quietly(() => sessionStorage.getItem(tabPrefix + key)));
}

/** Undefined forgets it. */
export function writeTab(key: string, value: unknown): void {
  quietly(() => {
    if (value === undefined) sessionStorage.removeItem(tabPrefix + key);
    else sessionStorage.setItem(tabPrefix + key, JSON.stringify(value));
  });
}

/**
 * The instance under which another tab of this browser last joined there with this name: with it,
 * this tab may take the name over.
 */
export function instanceToTakeOver(session: Omit<SavedSession, 'instance'>): string | undefined {
  const saved = parse(readLocal(instanceKey));
  if (!isObject(saved) || stringMember(saved, 'place') !== placeOf(session)) return undefined;
  return stringMember(saved, 'instance');
}

/** The name of last time, or a new one. */
export function suggestedName(): string {
  return readLocal(nameKey) ?? newName();
}

export function newName(): string {
  const kind = /Android.*Mobile|iPhone/.test(navigator.userAgent) ? 'phone' : 'browser';
  const letters = crypto.getRandomValues(new Uint8Array(4));
  return `${kind}-${Array.from(letters, (byte) => (byte % 36).toString(36)).join('')}`;
}

/** Which device was met under which name. It outlives the channel: forgetting is what a thief wants. */
export function identitiesInBrowser(): IdentityStore {
  const key = (channel: string, name: string) =>
    `malinka.identity ${JSON.stringify([channel, name])}`;
  return {
    read: (channel, name) => {
      const text = readLocal(key(channel, name));
      return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : undefined;
    },
    write: (channel, name, publicKey) => writeLocal(key(channel, name), publicKey),
  };
}

function placeOf({ url, channel, name }: Pick<SavedSession, 'url' | 'channel' | 'name'>): string {
  return [url, channel, name].join('\n');
}

function parse(text: string | null | undefined): unknown {
  return quietly(() => JSON.parse(text ?? 'null') as unknown);
}

function quietly<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}
