// SPDX-License-Identifier: MIT
// The latest text of an output that may go on for ever.

import type { Output } from './output.ts';

/** As much of each output as is kept and shown here. */
export const lettersMax = 128 * 1024;

export class Tail {
  readonly #decoder = new TextDecoder();
  #text = '';
  #bytes = 0;
  #hasDropped = false;
  #isBinary = false;

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#append(this.#decoder.decode(bytes, { stream: true }));
  }

  /** So much was said that nobody has any more. */
  skip(bytes: number): void {
    this.#bytes += bytes;
    this.#hasDropped = true;
  }

  /** No more comes. */
  finish(): void {
    this.#append(this.#decoder.decode());
  }

  get output(): Output {
    const part = this.#hasDropped ? 'last' : 'all';
    return { text: this.#text, bytes: this.#bytes, part, isBinary: this.#isBinary };
  }

  #append(text: string): void {
    this.#isBinary ||= text.includes('\ufffd');
    this.#text += text;
    if (this.#text.length <= lettersMax) return;
    this.#hasDropped = true;
    // Not in the middle of a pair that is one character.
    this.#text = this.#text.slice(-lettersMax).replace(/^[\udc00-\udfff]/, '');
  }
}
