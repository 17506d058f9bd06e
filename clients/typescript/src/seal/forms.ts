// SPDX-License-Identifier: MIT
// The five blobs that sealed messages carry (docs/protocol.md section 8, "Form"), read and written.

import { concatenate, viewOf } from './bytes.ts';
import { levelBytes, type SealLevel } from './keys.ts';
import { tagBytes } from './primitives.ts';

export const idBytes = 16;
export const helloNoiseBytes = 48;
export const welcomeNoiseBytes = 96;
/** Kind, id, generation, counter: what stands before a box, and is its associated data. */
const headerBytes = 1 + idBytes + 4 + 8;

const kinds = { hello: 1, welcome: 2, data: 3, event: 4, unknown: 5 } as const;

export interface Hello {
  readonly kind: 'hello';
  readonly level: SealLevel;
  readonly session: Uint8Array;
  readonly noise: Uint8Array;
}
export interface Welcome {
  readonly kind: 'welcome';
  readonly session: Uint8Array;
  readonly noise: Uint8Array;
}
/** `id` is a session's for data, and a key's for an event. */
export interface Boxed {
  readonly kind: 'data' | 'event';
  readonly id: Uint8Array;
  readonly generation: number;
  readonly counter: bigint;
  readonly header: Uint8Array;
  readonly box: Uint8Array;
}
export interface Unknown {
  readonly kind: 'unknown';
  readonly session: Uint8Array;
}
export type Form = Hello | Welcome | Boxed | Unknown;

/** Undefined for what is none of the five. All parts are views of the blob. */
export function parseForm(blob: Uint8Array): Form | undefined {
  switch (blob[0]) {
    case kinds.hello:
      return parseHello(blob);
    case kinds.welcome:
      if (blob.length < 1 + idBytes + welcomeNoiseBytes) return undefined;
      return { kind: 'welcome', session: idAt(blob, 1), noise: blob.subarray(1 + idBytes) };
    case kinds.data:
      return parseBoxed('data', blob);
    case kinds.event:
      return parseBoxed('event', blob);
    case kinds.unknown:
      if (blob.length !== 1 + idBytes) return undefined;
      return { kind: 'unknown', session: idAt(blob, 1) };
    default:
      return undefined;
  }
}

function parseHello(blob: Uint8Array): Hello | undefined {
  if (blob.length !== 2 + idBytes + helloNoiseBytes) return undefined;
  const level = levelOfByte(blob[1]);
  if (level === undefined) return undefined;
  return { kind: 'hello', level, session: idAt(blob, 2), noise: blob.subarray(2 + idBytes) };
}

function parseBoxed(kind: 'data' | 'event', blob: Uint8Array): Boxed | undefined {
  if (blob.length < headerBytes + tagBytes) return undefined;
  const view = viewOf(blob);
  return {
    kind,
    id: idAt(blob, 1),
    generation: view.getUint32(1 + idBytes, true),
    counter: view.getBigUint64(1 + idBytes + 4, true),
    header: blob.subarray(0, headerBytes),
    box: blob.subarray(headerBytes),
  };
}

function idAt(blob: Uint8Array, at: number): Uint8Array {
  return blob.subarray(at, at + idBytes);
}

export function levelOfByte(byte: number | undefined): SealLevel | undefined {
  if (byte === levelBytes.view) return 'view';
  return byte === levelBytes.control ? 'control' : undefined;
}

export function makeHello(level: SealLevel, session: Uint8Array, noise: Uint8Array): Uint8Array {
  return concatenate(Uint8Array.of(kinds.hello, levelBytes[level]), session, noise);
}

export function makeWelcome(session: Uint8Array, noise: Uint8Array): Uint8Array {
  return concatenate(Uint8Array.of(kinds.welcome), session, noise);
}

export function makeUnknown(session: Uint8Array): Uint8Array {
  return concatenate(Uint8Array.of(kinds.unknown), session);
}

/** What stands before the box of a data or event message. */
export function makeHeader(
  kind: 'data' | 'event',
  id: Uint8Array,
  generation: number,
  counter: bigint,
): Uint8Array {
  const header = new Uint8Array(headerBytes);
  header[0] = kinds[kind];
  header.set(id, 1);
  const view = viewOf(header);
  view.setUint32(1 + idBytes, generation, true);
  view.setBigUint64(1 + idBytes + 4, counter, true);
  return header;
}
