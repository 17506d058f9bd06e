// SPDX-License-Identifier: MIT
// Bytes that wait to be sent, cut into chunks only when it is known how long the next may be.

import { concatenate } from '../seal/bytes.ts';

/** Pieces are put together up to so many bytes, so that many small ones take little room. */
const joinedBytesMax = 4096;

export class Waiting {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** What is long is not copied. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    const last = this.#pieces.at(-1);
    if (last === undefined || last.length + bytes.length > joinedBytesMax) this.#pieces.push(bytes);
    else this.#pieces[this.#pieces.length - 1] = concatenate(last, bytes);
  }

  /** The first bytes, at most so many; a view of what was added where that is in one piece. */
  take(bytesMax: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let left = Math.min(bytesMax, this.#bytes);
    this.#bytes -= left;
    while (left > 0) {
      const first = this.#pieces[0] ?? new Uint8Array();
      taken.push(first.subarray(0, left));
      if (first.length <= left) this.#pieces.shift();
      else this.#pieces[0] = first.subarray(left);
      left -= Math.min(left, first.length);
    }
    const [only] = taken;
    return taken.length === 1 && only ? only : concatenate(...taken);
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
