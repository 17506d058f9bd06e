// SPDX-License-Identifier: MIT
// Several things at once, but never more than fit.

export interface Bounds<Item> {
  readonly costOf: (item: Item) => number;
  /** Of all at once. What costs more goes alone. */
  readonly costMax: number;
  /** Begins nothing more. */
  readonly signal: AbortSignal;
}

/** In their order, each begun as soon as there is room. `run` must not reject. Resolves when none runs. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  { costOf, costMax, signal }: Bounds<Item>,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  let cost = 0;
  let running = 0;
  let wake = () => {};
  const ended = () => new Promise<void>((resolve) => (wake = resolve));

  for (const item of items) {
    const own = Math.min(costOf(item), costMax);
    while (cost + own > costMax) await ended();
    if (signal.aborted) break;
    cost += own;
    running++;
    void run(item).then(() => {
      cost -= own;
      running--;
      wake();
    });
  }
  while (running > 0) await ended();
}
