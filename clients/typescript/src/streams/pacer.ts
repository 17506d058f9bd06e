// SPDX-License-Identifier: MIT
// Lets streams send while little waits to leave this machine. A page's WebSocket tells only how much
// of what it took has not left, and calls nobody when that is little; so it is looked at again and
// again while something waits.

/** What may always wait there: whatever is sent next waits behind it. */
const bytesLeast = 64 * 1024;
const bytesMost = 4 * 1024 * 1024;
/** As much may wait as leaves in this time, or between two looks where those are rarer. */
const holdMilliseconds = 25;
/** How soon a page can look again at all; one that is not seen may look once a second. */
const lookMilliseconds = 4;
/** What left is measured over so long. */
const measureMilliseconds = 20;
/** Behind so long a silence, what was measured may be true no more. */
const staleMilliseconds = 3000;

export interface PacedLink {
  /** What was sent and has not left this machine. */
  readonly bufferedBytes: number;
}

interface Measured {
  readonly since: number;
  /** What waited then, and was sent since. */
  bytes: number;
}

export class Pacer {
  readonly #link: PacedLink;
  readonly #sendNext: () => boolean;
  #bytesMax = bytesLeast;
  #isWanted = false;
  #look: ReturnType<typeof setTimeout> | undefined;
  /** While there is always something to send. */
  #measured: Measured | undefined;
  #sentAt = -Infinity;

  /** `sendNext` sends one message; false where none waits. */
  constructor(link: PacedLink, sendNext: () => boolean) {
    this.#link = link;
    this.#sendNext = sendNext;
  }

  /** Something is to be sent. It is not sent at once, so that what follows can go with it. */
  want(): void {
    if (this.#isWanted || this.#look !== undefined) return;
    this.#isWanted = true;
    queueMicrotask(() => {
      this.#isWanted = false;
      this.#send();
    });
  }

  /** The link may take more. */
  wake(): void {
    if (this.#look !== undefined) this.#send();
  }

  #send(): void {
    clearTimeout(this.#look);
    this.#look = undefined;
    const measured = this.#measure(performance.now());
    for (let waiting = this.#link.bufferedBytes; waiting < this.#bytesMax; ) {
      if (!this.#sendNext()) return void (this.#measured = undefined);
      const before = waiting;
      waiting = this.#link.bufferedBytes;
      measured.bytes += waiting - before;
    }
    this.#look = setTimeout(() => this.#send(), lookMilliseconds);
  }

  /** Lets as much wait as keeps the link busy, and no more. */
  #measure(now: number): Measured {
    if (now - this.#sentAt > staleMilliseconds) this.#bytesMax = bytesLeast;
    this.#sentAt = now;
    const waiting = this.#link.bufferedBytes;
    this.#measured ??= { since: now, bytes: waiting };
    const time = now - this.#measured.since;
    if (time < measureMilliseconds) return this.#measured;
    const left = this.#measured.bytes - waiting;
    const held = (left / time) * Math.max(holdMilliseconds, time);
    const wanted = waiting === 0 ? 2 * this.#bytesMax : held;
    this.#bytesMax = Math.min(Math.max(wanted, bytesLeast), bytesMost);
    return (this.#measured = { since: now, bytes: waiting });
  }
}
