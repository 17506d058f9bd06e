// SPDX-License-Identifier: MIT
// What a part of the page keeps of each device: made when it is first asked for, and bounded, so
// that nobody makes the page grow by coming under ever new names.

import { untrack } from 'svelte';

/** A channel may have more devices, and a person looks at few of them. */
export const devicesMax = 256;

export class ByDevice<Kept> {
  readonly #make: (device: string) => Kept;
  /** The latest that was asked for or heard of is the last. */
  readonly #all = new Map<string, Kept>();

  constructor(make: (device: string) => Kept) {
    this.#make = make;
  }

  /** Where there is no room for another one, that which was silent for longest goes. */
  of(device: string): Kept {
    // Made outside of whoever asks, who could not follow its changes otherwise.
    const kept = this.find(device) ?? untrack(() => this.#make(device));
    this.#all.set(device, kept);
    const [oldest] = this.#all.keys();
    if (this.#all.size > devicesMax && oldest !== undefined) this.#all.delete(oldest);
    return kept;
  }

  /** For what is heard of a device: nothing is made of it, and nothing goes. */
  find(device: string): Kept | undefined {
    const kept = this.#all.get(device);
    if (kept === undefined) return undefined;
    this.#all.delete(device);
    this.#all.set(device, kept);
    return kept;
  }

  get hasRoom(): boolean {
    return this.#all.size < devicesMax;
  }

  [Symbol.iterator](): Iterator<[string, Kept]> {
    return this.#all.entries();
  }
}
