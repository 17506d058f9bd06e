// SPDX-License-Identifier: MIT
// How a seal session begins (docs/protocol.md section 8, "Session"): what binds the handshake to its
// place, and the event keys that a welcome carries.

import { concatenate, equalBytes, textBytes, viewOf } from './bytes.ts';
import { idBytes, levelOfByte, makeHello, makeWelcome, type Hello, type Welcome } from './forms.ts';
import { levelBytes, protocolLabel, type SealLevel } from './keys.ts';
import { NoiseInitiator, NoiseResponder, type Transport } from './noise.ts';
import { keyBytes, type Primitives } from './primitives.ts';

/** All that both ends know of a session before it begins. */
export interface SessionPlace {
  readonly channel: string;
  readonly initiator: string;
  readonly responder: string;
  readonly level: SealLevel;
  readonly session: Uint8Array;
}

/** A sender's event key, in the state that it is in when a welcome is written. */
export interface EventKey {
  readonly level: SealLevel;
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  readonly generation: number;
  /** The counter of the next event. */
  readonly next: bigint;
}

export function prologueOf(place: SessionPlace): Uint8Array {
  return concatenate(
    protocolLabel,
    Uint8Array.of(levelBytes[place.level]),
    place.session,
    textBytes(place.channel),
    textBytes(place.initiator),
    textBytes(place.responder),
  );
}

export interface Established {
  readonly identity: Uint8Array;
  readonly eventKeys: readonly EventKey[];
  readonly transport: Transport;
}

/** The initiator's side of one handshake. */
export class Greeting {
  readonly #place: SessionPlace;
  readonly #ephemeral: Uint8Array;
  readonly #noise: NoiseInitiator;
  readonly hello: Uint8Array;

  constructor(p: Primitives, place: SessionPlace, psk: Uint8Array, ephemeral: Uint8Array) {
    this.#place = place;
    this.#ephemeral = ephemeral;
    this.#noise = new NoiseInitiator(p, { prologue: prologueOf(place), psk, ephemeral });
    this.hello = makeHello(place.level, place.session, this.#noise.writeHello());
  }

  get session(): Uint8Array {
    return this.#place.session;
  }

  /** Undefined for a welcome that answers another hello, or that none with the PSK has written. */
  accept(welcome: Welcome): Established | undefined {
    if (!equalBytes(welcome.session, this.#place.session)) return undefined;
    const welcomed = this.#noise.readWelcome(welcome.noise);
    if (welcomed === undefined) return undefined;
    const eventKeys = parseEventKeys(welcomed.payload, this.#place.level);
    if (eventKeys === undefined) return undefined;
    return { identity: welcomed.identity, eventKeys, transport: welcomed.transport };
  }

  /** Nobody may find the session's keys later: call it when the handshake is over, however. */
  erase(): void {
    this.#ephemeral.fill(0);
  }
}

export interface ResponderSecrets {
  readonly psk: Uint8Array;
  readonly identity: Uint8Array;
  readonly ephemeral: Uint8Array;
}

/** The responder's answer to a hello, with its end of the session; undefined for what is refused. */
export function answerHello(
  p: Primitives,
  hello: Hello,
  names: Omit<SessionPlace, 'level' | 'session'>,
  secrets: ResponderSecrets,
  eventKeys: readonly EventKey[],
): { readonly welcome: Uint8Array; readonly transport: Transport } | undefined {
  const place = { ...names, level: hello.level, session: hello.session };
  const { psk, ephemeral, identity } = secrets;
  const noise = new NoiseResponder(p, { prologue: prologueOf(place), psk, ephemeral }, identity);
  if (noise.readHello(hello.noise)?.length !== 0) return undefined;
  const written = noise.writeWelcome(makeEventKeys(eventKeys));
  if (written === undefined) return undefined;
  return { welcome: makeWelcome(hello.session, written.message), transport: written.transport };
}

const eventKeyBytes = 1 + idBytes + keyBytes + 4 + 8;

export function makeEventKeys(keys: readonly EventKey[]): Uint8Array {
  return concatenate(Uint8Array.of(keys.length), ...keys.map(makeEventKey));
}

function makeEventKey({ level, id, key, generation, next }: EventKey): Uint8Array {
  const numbers = new Uint8Array(4 + 8);
  viewOf(numbers).setUint32(0, generation, true);
  viewOf(numbers).setBigUint64(4, next, true);
  return concatenate(Uint8Array.of(levelBytes[level]), id, key, numbers);
}

/** One at most for each level up to the session's own; undefined for anything else. */
export function parseEventKeys(
  payload: Uint8Array,
  level: SealLevel,
): readonly EventKey[] | undefined {
  if (payload.length !== 1 + (payload[0] ?? 0) * eventKeyBytes) return undefined;
  const keys = new Map<SealLevel, EventKey>();
  for (let at = 1; at < payload.length; at += eventKeyBytes) {
    const key = parseEventKey(payload.slice(at, at + eventKeyBytes));
    const isOurs = key !== undefined && levelBytes[key.level] <= levelBytes[level];
    if (!isOurs || keys.has(key.level)) return undefined;
    keys.set(key.level, key);
  }
  return [...keys.values()];
}

function parseEventKey(bytes: Uint8Array): EventKey | undefined {
  const level = levelOfByte(bytes[0]);
  if (level === undefined) return undefined;
  const view = viewOf(bytes);
  return {
    level,
    id: bytes.subarray(1, 1 + idBytes),
    key: bytes.subarray(1 + idBytes, 1 + idBytes + keyBytes),
    generation: view.getUint32(1 + idBytes + keyBytes, true),
    next: view.getBigUint64(1 + idBytes + keyBytes + 4, true),
  };
}
