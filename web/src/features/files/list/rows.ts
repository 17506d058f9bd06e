// SPDX-License-Identifier: MIT
// Which rows of a long list are in sight. All rows are equally high, and only these are made.

export interface Sight {
  readonly scrolled: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}

export interface Rows {
  /** The first that is made, and the first behind them. */
  readonly begin: number;
  readonly end: number;
}

/** Beyond both edges, so that nothing flashes while it is scrolled. */
const spareRows = 8;

export function rowsInSight({ scrolled, height, rowHeight, count }: Sight): Rows {
  const first = Math.floor(scrolled / rowHeight) - spareRows;
  const last = Math.ceil((scrolled + height) / rowHeight) + spareRows;
  const begin = Math.max(0, Math.min(first, count));
  return { begin, end: Math.max(begin, Math.min(last, count)) };
}

/** Where to scroll so that a row is in sight, below a head of this height. */
export function scrollTo(index: number, sight: Sight, headHeight: number): number {
  const top = index * sight.rowHeight;
  const bottom = top + sight.rowHeight + headHeight;
  if (top < sight.scrolled) return top;
  return Math.max(sight.scrolled, bottom - sight.height);
}
