// SPDX-License-Identifier: MIT
// What may be the name of a channel or a subscriber (docs/protocol.md section 2).

import { limits } from './limits.ts';

const encoder = new TextEncoder();

/** Why this name cannot join, or undefined when it can. */
export function problemOfName(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (encoder.encode(name).length > limits.nameBytesMax)
    return `is longer than ${limits.nameBytesMax} bytes`;
  if (/\p{Cc}/u.test(name)) return 'has a control character';
  if (/\p{Cs}/u.test(name)) return 'is not Unicode';
  if (name === '*') return 'stands for everyone';
  if (name.startsWith('@')) return 'begins with @, which is the hub’s';
  return undefined;
}

/**
 * Random bytes as lower-case hexadecimal: message ids (96 bits) and instances (128 bits).
 * Needs globalThis.crypto, which Node has from version 19 on.
 */
export function randomHex(bits: 96 | 128): string {
  const bytes = crypto.getRandomValues(new Uint8Array(bits / 8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
