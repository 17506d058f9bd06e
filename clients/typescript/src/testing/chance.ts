// SPDX-License-Identifier: MIT
// Chance that is the same in each run: a test that fails, fails again.

export class Chance {
  #state: number;

  constructor(seed: string) {
    this.#state = 0x9e3779b9;
    for (const letter of seed) this.#state = (this.#state ^ letter.charCodeAt(0)) * 0x01000193;
    this.#state >>>= 0;
  }

  /** 0 … max - 1. */
  below(max: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % max;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  /** A few bytes changed, gone, put in, or copied from elsewhere in it. */
  mutated(bytes: Uint8Array): Uint8Array {
    let changed: Uint8Array = bytes.slice();
    for (let times = 1 + this.below(3); times > 0; times--) changed = this.#mutatedOnce(changed);
    return changed;
  }

  #mutatedOnce(bytes: Uint8Array): Uint8Array {
    const at = this.below(bytes.length + 1);
    switch (this.below(5)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return Uint8Array.from([
          ...bytes.slice(0, at),
          ...this.bytes(1 + this.below(8)),
          ...bytes.slice(at),
        ]);
      case 2:
        return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1 + this.below(8))]);
      case 3: {
        const from = this.below(bytes.length + 1);
        return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(from)]);
      }
      default:
        return bytes.map((byte, index) => (index === at ? byte ^ (1 << this.below(8)) : byte));
    }
  }
}
