// SPDX-License-Identifier: MIT
// Time and chance, so that tests turn the one and repeat the other.

export interface Surroundings {
  /** Milliseconds of a clock that never goes back; it may stand still while the machine sleeps. */
  now(): number;
  randomBytes(count: number): Uint8Array;
  /** Calls once, later, unless what it returns was called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const realSurroundings: Surroundings = {
  now: () => performance.now(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
