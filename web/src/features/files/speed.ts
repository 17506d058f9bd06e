// SPDX-License-Identifier: MIT
// How fast something goes, and how long it will yet take: calm enough to be read.

/** Looked at this often, at most. */
const stepMilliseconds = 500;
/** How much the latest step counts beside all before. */
const latestShare = 0.2;

export class Speed {
  #bytes: number;
  #at: number;
  #perSecond: number | undefined;

  /** From so many bytes on, which were there already. Times are milliseconds of one clock. */
  constructor(bytes: number, now: number) {
    this.#bytes = bytes;
    this.#at = now;
  }

  /** So many are there by now. Whether the speed was looked at. */
  note(bytes: number, now: number): boolean {
    const time = now - this.#at;
    if (time < stepMilliseconds) return false;
    const latest = (Math.max(0, bytes - this.#bytes) / time) * 1000;
    const before = this.#perSecond ?? latest;
    this.#perSecond = before + latestShare * (latest - before);
    this.#bytes = bytes;
    this.#at = now;
    return true;
  }

  /** Undefined before there is anything to say. */
  get bytesPerSecond(): number | undefined {
    return this.#perSecond;
  }

  /** Until so many more are there; undefined where nobody can tell. */
  secondsFor(bytes: number): number | undefined {
    return this.#perSecond ? bytes / this.#perSecond : undefined;
  }
}
