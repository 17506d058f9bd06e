// SPDX-License-Identifier: MIT
// What each key does in a list of entries.

import type { Entry } from '../entry.ts';
import type { Listing } from './listing.svelte.ts';
import type { Manner } from './selection.ts';

/** What is done with entries, and not with the list. */
export interface Deeds {
  readonly open: (entry: Entry) => void;
  readonly rename: (entry: Entry) => void;
  readonly remove: (entries: readonly Entry[]) => void;
  /** To the folder above. */
  readonly leave: () => void;
  /** A letter was typed. */
  readonly search: () => void;
}

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Whether the key is dealt with, and shall do nothing else. `pageRows`: how far a page goes. */
export function press(event: Pressed, listing: Listing, deeds: Deeds, pageRows: number): boolean {
  const isCommand = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  if (isCommand && event.key.toLowerCase() === 'a') {
    listing.selectAll();
    return true;
  }
  const manner: Manner = event.shiftKey ? 'range' : isCommand ? 'move' : 'only';
  const deed = deedOf(event.key, listing, deeds, manner, pageRows);
  if (deed === undefined) {
    if (event.key.length === 1 && !isCommand) deeds.search();
    return false;
  }
  deed();
  return true;
}

function deedOf(
  key: string,
  listing: Listing,
  deeds: Deeds,
  manner: Manner,
  pageRows: number,
): (() => void) | undefined {
  const active = listing.shown[listing.activeIndex];
  /** What is selected, else what the keyboard is at. */
  const chosen = listing.selected.length > 0 ? listing.selected : active ? [active] : [];
  const [first] = chosen;
  switch (key) {
    case 'ArrowDown':
      return () => listing.step(1, manner);
    case 'ArrowUp':
      return () => listing.step(-1, manner);
    case 'PageDown':
      return () => listing.step(pageRows, manner);
    case 'PageUp':
      return () => listing.step(-pageRows, manner);
    case 'Home':
      return () => listing.goTo(0, manner);
    case 'End':
      return () => listing.goTo(listing.shown.length - 1, manner);
    case 'Enter':
      return () => active && deeds.open(active);
    case ' ':
      return () => active && listing.toggle(active);
    case 'F2':
      return () => first && deeds.rename(first);
    case 'Delete':
      return () => first && deeds.remove(chosen);
    case 'Backspace':
      return deeds.leave;
    case 'Escape':
      return () => listing.escape();
    default:
      return undefined;
  }
}
