// SPDX-License-Identifier: MIT
// A channel's keys, from its password or from a view link (docs/protocol.md section 8, "Keys").

import { decodeBase64, encodeBase64 } from '../base64.ts';
import { limits } from '../limits.ts';
import { fail, succeed, type Result } from '../result.ts';
import { base32Of, concatenate, utf8 } from './bytes.ts';
import { keyBytes, type Primitives } from './primitives.ts';

/** What a seal session grants at most; its number is the level's byte in a hello. */
export type SealLevel = 'view' | 'control';
export const levelBytes = { view: 1, control: 2 } as const;

export const viewPrefix = 'view1.';
/** Begins the salt of keys and the prologue of handshakes. */
export const protocolLabel = utf8(`${limits.protocolVersion}\0`);
const saltBytes = 16;

export interface ChannelKeys {
  /** The highest level that these keys give. */
  readonly level: SealLevel;
  readonly joinKey: string;
  /** The PSK of sessions by level; one who has a view link knows that of `view` alone. */
  readonly psk: { readonly view: Uint8Array; readonly control?: Uint8Array };
  /** What stands in the password's place in a link that lets watch and not command. */
  readonly viewLink: string;
}

/** Errors: 400 when it begins as a view link and is none. */
export function keysOf(
  primitives: Primitives,
  channel: string,
  password: string,
): Result<ChannelKeys> {
  if (!password.startsWith(viewPrefix))
    return succeed(keysOfPassword(primitives, channel, password));
  const view = decodeUrl64(password.slice(viewPrefix.length));
  if (view?.length !== keyBytes)
    return fail(400, 'this view link is not whole: ask its owner for it again');
  return succeed({ level: 'view', ...keysOfView(primitives, view) });
}

/** What all other keys of a channel are made of. */
export function channelSecrets(
  p: Primitives,
  channel: string,
  password: string,
): { readonly control: Uint8Array; readonly view: Uint8Array } {
  const salt = p.blake2b(saltBytes, concatenate(protocolLabel, utf8(channel)));
  const control = p.stretch(utf8(password), salt);
  return { control, view: derive(p, control, 'view') };
}

function keysOfPassword(p: Primitives, channel: string, password: string): ChannelKeys {
  const { control, view } = channelSecrets(p, channel, password);
  const ofView = keysOfView(p, view);
  return {
    level: 'control',
    ...ofView,
    psk: { ...ofView.psk, control: derive(p, control, 'session') },
  };
}

function keysOfView(p: Primitives, view: Uint8Array): Omit<ChannelKeys, 'level'> {
  return {
    joinKey: encodeUrl64(derive(p, view, 'join')),
    psk: { view: derive(p, view, 'session') },
    viewLink: viewPrefix + encodeUrl64(view),
  };
}

/** H(k, label). */
function derive(p: Primitives, key: Uint8Array, label: string): Uint8Array {
  return p.blake2b(keyBytes, utf8(label), key);
}

/** How people compare identities: 128 bits of the public key's hash, in groups of four. */
export function fingerprintOf(p: Primitives, publicKey: Uint8Array): string {
  const text = base32Of(p.blake2b(32, publicKey).subarray(0, 16));
  return (text.match(/.{1,4}/g) ?? []).join('-');
}

function encodeUrl64(bytes: Uint8Array): string {
  return encodeBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** One text for one key: what encodeUrl64 would not have written is refused. */
function decodeUrl64(text: string): Uint8Array | undefined {
  const bytes = decodeBase64(text.replace(/-/g, '+').replace(/_/g, '/'));
  return bytes !== undefined && encodeUrl64(bytes) === text ? bytes : undefined;
}
