// SPDX-License-Identifier: MIT
// What the stream of a command carries: both of its outputs, in the order of writing
// (docs/protocol.md section 7).

/** A piece of a record, as it came. */
export type Piece =
  | { readonly output: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  /** The device keeps so many bytes of output no longer. */
  | { readonly output: 'gap'; readonly missing: number };

const headBytes = 5;
const outputs = [undefined, 'stdout', 'stderr'] as const;

/** Takes apart bytes that come in pieces, cut anywhere. */
export class OutputRecords {
  readonly #head = new Uint8Array(headBytes);
  #headFilled = 0;
  #output: 'stdout' | 'stderr' = 'stdout';
  #left = 0;

  /** Undefined where a record is of no known kind: it is of no use after that. */
  take(bytes: Uint8Array): readonly Piece[] | undefined {
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const piece = bytes.subarray(at, at + this.#left);
        pieces.push({ output: this.#output, bytes: piece });
        this.#left -= piece.length;
        at += piece.length;
        continue;
      }
      this.#head[this.#headFilled++] = bytes[at++] ?? 0;
      if (this.#headFilled < headBytes) continue;
      if (!this.#begin(pieces)) return undefined;
    }
    return pieces;
  }

  /** Whether the bytes may end here: not inside a record. */
  get isComplete(): boolean {
    return this.#headFilled === 0 && this.#left === 0;
  }

  #begin(pieces: Piece[]): boolean {
    this.#headFilled = 0;
    const view = new DataView(this.#head.buffer);
    const size = view.getUint32(1, true);
    const kind = view.getUint8(0);
    const output = outputs[kind];
    if (kind === 0) pieces.push({ output: 'gap', missing: size });
    if (output === undefined) return kind === 0;
    this.#output = output;
    this.#left = size;
    return true;
  }
}
