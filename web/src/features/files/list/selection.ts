// SPDX-License-Identifier: MIT
// What is selected in a list, and what the keyboard is at. Entries are known by their paths, so both
// outlive that the list is sorted or searched.

export interface Selection {
  readonly paths: ReadonlySet<string>;
  /** What the keyboard is at. */
  readonly active: string | undefined;
  /** From where a range is drawn. */
  readonly anchor: string | undefined;
}

export const nothing: Selection = { paths: new Set(), active: undefined, anchor: undefined };

/** How a place is gone to: alone, as the end of a range, or with nothing selected by it. */
export type Manner = 'only' | 'range' | 'move';

/** The list as it is shown: the paths, in order. */
export type Shown = readonly { readonly path: string }[];

export function indexOf(shown: Shown, path: string | undefined): number {
  return path === undefined ? -1 : shown.findIndex((entry) => entry.path === path);
}

export function goTo(before: Selection, shown: Shown, index: number, manner: Manner): Selection {
  const path = shown[Math.max(0, Math.min(index, shown.length - 1))]?.path;
  if (path === undefined) return nothing;
  if (manner === 'move') return { ...before, active: path, anchor: path };
  if (manner === 'only') return { paths: new Set([path]), active: path, anchor: path };
  const anchor = before.anchor ?? before.active ?? path;
  const [one, other] = [Math.max(0, indexOf(shown, anchor)), indexOf(shown, path)];
  const range = shown.slice(Math.min(one, other), Math.max(one, other) + 1);
  return { paths: new Set(range.map((entry) => entry.path)), active: path, anchor };
}

export function toggle(before: Selection, path: string): Selection {
  const paths = new Set(before.paths);
  if (!paths.delete(path)) paths.add(path);
  return { paths, active: path, anchor: path };
}

export function selectAll(before: Selection, shown: Shown): Selection {
  return { ...before, paths: new Set(shown.map(({ path }) => path)) };
}

export function selectNone(before: Selection): Selection {
  return { ...before, paths: new Set() };
}

/** Without what is not there any more. The same object where nothing is missing. */
export function keepIn(before: Selection, there: ReadonlySet<string>): Selection {
  const isThere = (path: string | undefined) => path === undefined || there.has(path);
  const paths = [...before.paths].filter(isThere);
  if (paths.length === before.paths.size && isThere(before.active) && isThere(before.anchor))
    return before;
  const active = isThere(before.active) ? before.active : undefined;
  const anchor = isThere(before.anchor) ? before.anchor : undefined;
  return { paths: new Set(paths), active, anchor };
}
