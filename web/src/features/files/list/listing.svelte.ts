// SPDX-License-Identifier: MIT
// The open folder as the person wants to see it: in which order, with what, and what is selected.

import { sortEntries, type Entry, type Order, type SortKey } from '../entry.ts';
import type { Folder } from '../folder.svelte.ts';
import { fold, matches, wordsOf } from './search.ts';
import * as selecting from './selection.ts';

export class Listing {
  order = $state.raw<Order>({ key: 'name', descending: false });
  query = $state('');
  showsHidden = $state(false);
  /** Whose name is being written. */
  renaming = $state<string>();
  #selection = $state.raw(selecting.nothing);

  readonly #folder: Folder;
  readonly words = $derived(wordsOf(this.query));
  readonly sorted = $derived.by(() => {
    const { entries } = this.#folder;
    return sortEntries(this.showsHidden ? entries : entries.filter(isPlain), this.order);
  });
  readonly #folded = $derived(this.sorted.map(({ name }) => fold(name)));
  readonly shown = $derived.by(() => {
    if (this.words.length === 0) return this.sorted;
    return this.sorted.filter((_, index) => matches(this.#folded[index] ?? '', this.words));
  });
  readonly #there = $derived(new Set(this.shown.map(({ path }) => path)));
  readonly selection = $derived(selecting.keepIn(this.#selection, this.#there));
  readonly selected = $derived.by(() => {
    const { paths } = this.selection;
    return paths.size === 0 ? [] : this.shown.filter(({ path }) => paths.has(path));
  });
  readonly activeIndex = $derived(selecting.indexOf(this.shown, this.selection.active));
  readonly hiddenCount = $derived.by(() =>
    this.showsHidden ? 0 : this.#folder.entries.length - this.sorted.length,
  );

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  sortBy(key: SortKey): void {
    this.order = { key, descending: this.order.key === key && !this.order.descending };
  }

  goTo(index: number, manner: selecting.Manner): void {
    this.#selection = selecting.goTo(this.selection, this.shown, index, manner);
  }

  /** From where the keyboard is; from outside of the list, to its first. */
  step(count: number, manner: selecting.Manner): void {
    this.goTo(this.activeIndex < 0 ? 0 : this.activeIndex + count, manner);
  }

  toggle(entry: Entry): void {
    this.#selection = selecting.toggle(this.selection, entry.path);
  }

  selectAll(): void {
    this.#selection = selecting.selectAll(this.selection, this.shown);
  }

  selectNone(): void {
    this.#selection = selecting.selectNone(this.selection);
  }

  /** Takes back what was done last to see less: first the search, then the selection. */
  escape(): void {
    if (this.query === '') this.selectNone();
    else this.query = '';
  }

  /** The only one, wherever it comes to stand. */
  select(path: string): void {
    this.#selection = { paths: new Set([path]), active: path, anchor: path };
  }

  /** Another folder is shown. */
  begin(active?: string): void {
    this.query = '';
    this.renaming = undefined;
    this.#selection = { ...selecting.nothing, active, anchor: active };
  }
}

function isPlain({ name }: Entry): boolean {
  return !name.startsWith('.');
}
