// SPDX-License-Identifier: MIT
// Whether bytes are text, and which.

/** Up to so many bytes of a file are shown as text. */
export const textBytesMax = 256 * 1024;
/** One character in so many may be a control character, as colours in a log have them. */
const controlShareMax = 0.1;
/** Of a character, in UTF-8. */
const characterBytesMax = 4;
/** But tab, line feed, form feed, carriage return and escape, which text has. */
// Written as numbers: they have no form that can be read.
const controls = new RegExp('[\\u0000-\\u0008\\u000b\\u000e-\\u001a\\u001c-\\u001f\\u007f]', 'g');

export interface Text {
  readonly text: string;
  /** Bytes that are no UTF-8 stand as U+FFFD. */
  readonly isExact: boolean;
}

/** Undefined where it is none. `isCut`: more follows, so the last character may be a part of one. */
export function textOf(bytes: Uint8Array, isCut: boolean): Text | undefined {
  if (bytes.includes(0)) return undefined;
  const exact = decodeExactly(bytes, isCut);
  const text = exact ?? new TextDecoder().decode(bytes);
  const wrong = (text.match(controls)?.length ?? 0) + (text.match(/\ufffd/g)?.length ?? 0);
  if (wrong > controlShareMax * text.length) return undefined;
  return { text, isExact: exact !== undefined };
}

function decodeExactly(bytes: Uint8Array, isCut: boolean): string | undefined {
  for (let missing = 0; missing < (isCut ? characterBytesMax : 1); missing++) {
    try {
      const whole = bytes.subarray(0, bytes.length - missing);
      return new TextDecoder('utf-8', { fatal: true }).decode(whole);
    } catch {
      // Perhaps without the beginning of the last character.
    }
  }
  return undefined;
}
