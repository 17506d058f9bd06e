// SPDX-License-Identifier: MIT
// Lets streams send while little waits to leave this machine. A page's WebSocket tells only how much
// of what it took has not left, and calls nobody when that is little; so it is looked at again and
// again while something waits.

/** What may always wait there: whatever is sent next waits behind it. */
const bytesLeast = 64 * 1024;
/** Where nobody looks for long: a page that is not seen may look once a second. */
const bytesMost = 4 * 1024 * 1024;
/** How soon a page can look again at all. */
const lookMilliseconds = 4;

export interface PacedLink {
  /** What was sent and has not left this machine. */
  readonly bufferedBytes: number;
}

export class Pacer {
  readonly #link: PacedLink;
  readonly #sendNext: () => boolean;
  /** As much as leaves between two looks: more where the last look found nothing left. */
  #bytesMax = bytesLeast;
  #isWanted = false;
  #look: ReturnType<typeof setTimeout> | undefined;

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
    while (this.#link.bufferedBytes < this.#bytesMax) if (!this.#sendNext()) return;
    this.#look = setTimeout(() => this.#lookAgain(), lookMilliseconds);
  }

  #lookAgain(): void {
    const left = this.#link.bufferedBytes;
    if (left === 0) this.#bytesMax = Math.min(this.#bytesMax * 2, bytesMost);
    else if (left > this.#bytesMax / 2) this.#bytesMax = Math.max(this.#bytesMax / 2, bytesLeast);
    this.#send();
  }
}
