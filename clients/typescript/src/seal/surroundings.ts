// SPDX-License-Identifier: MIT
// Time and chance, so that tests turn the one and repeat the other.

export interface Surroundings {
  /**
   * Milliseconds of a clock that never goes back. Where a browser's stands still while the machine
   * sleeps, deadlines come sooner for it, never later: a device answers that they are past, which
   * ends the session. A clock that can be set would let them come later.
   */
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
