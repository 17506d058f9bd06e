// SPDX-License-Identifier: MIT
// One thing that happens, and those who want to hear of it.

export type Listener<T> = (value: T) => void;

export class Signal<T> {
  readonly #listeners = new Set<Listener<T>>();

  /** Returns what takes the listener away again. */
  add(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
