// SPDX-License-Identifier: MIT
// Who sends next, by start-time fair queueing: each has a virtual time, which goes on with the bytes
// that it sends; the one furthest behind is next, and who had nothing to send meanwhile does not save
// that up. So a keystroke goes before the next chunk of any file.

export class Turns<T extends { turn: number }> {
  readonly #waiting = new Set<T>();
  /** The turn of who sent last. */
  #now = 0;
  #latest = 0;

  /** It has something to send. False where that is known. */
  add(one: T): boolean {
    if (this.#waiting.has(one)) return false;
    one.turn = Math.max(one.turn, this.#now);
    this.#waiting.add(one);
    return true;
  }

  delete(one: T): void {
    this.#waiting.delete(one);
  }

  /** Takes out who is next. */
  next(): T | undefined {
    let next: T | undefined;
    for (const one of this.#waiting) if (next === undefined || one.turn < next.turn) next = one;
    if (next === undefined) return undefined;
    this.#waiting.delete(next);
    this.#now = next.turn;
    return next;
  }

  /** What next() gave has sent so much, and has more, or not. */
  sent(one: T, bytes: number, hasMore: boolean): void {
    one.turn += bytes;
    this.#latest = Math.max(this.#latest, one.turn);
    if (hasMore) this.#waiting.add(one);
    if (this.#waiting.size === 0) this.#now = this.#latest; // All begin anew, as equals.
  }
}
