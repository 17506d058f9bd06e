// SPDX-License-Identifier: MIT
// Searching, selecting, and which rows of a long list are made.

import { describe, expect, test } from 'vitest';
import { decodeEntry, type Entry } from '../entry.ts';
import type { Folder } from '../folder.svelte.ts';
import { press } from './keys.ts';
import { Listing } from './listing.svelte.ts';
import { rowsInSight, scrollTo } from './rows.ts';
import { fold, matches, piecesOf, wordsOf } from './search.ts';
import * as selecting from './selection.ts';

describe('a search', () => {
  const finds = (name: string, query: string) => matches(fold(name), wordsOf(query));

  test.each([
    ['Café.txt', 'CAFE'],
    ['cafe.txt', 'café'],
    ['STRASSE ÜBER.md', 'uber strasse'],
    ['Ångström', 'angstrom'],
    ['report-2026.pdf', '26 rep'],
    ['anything', '   '],
  ])('finds %j by %j', (name, query) => expect(finds(name, query)).toBe(true));

  test.each([
    ['cafe.txt', 'cafes'],
    ['report', 'rep missing'],
  ])('does not find %j by %j', (name, query) => expect(finds(name, query)).toBe(false));

  test('shows what it found, also where folding changed the number of letters', () => {
    const found = (name: string, query: string) =>
      piecesOf(name, wordsOf(query))
        .filter(({ isFound }) => isFound)
        .map(({ text }) => text);
    expect(found('Café menu', 'cafe')).toEqual(['Café']);
    expect(found('Cafe\u0301 menu', 'cafe')).toEqual(['Cafe']);
    expect(found('İstanbul İ', 'i')).toEqual(['İ', 'İ']);
    expect(found('😀 banana', 'an')).toEqual(['anan']);
    expect(found('ab ba', 'a b')).toEqual(['ab', 'ba']);
  });

  test('leaves every name whole', () => {
    for (const name of ['', 'a', '😀é\u0301', 'plain name.txt'])
      expect(
        piecesOf(name, wordsOf('a e'))
          .map(({ text }) => text)
          .join(''),
      ).toBe(name);
  });
});

describe('a selection', () => {
  const shown = ['/a', '/b', '/c', '/d'].map((path) => ({ path }));
  const paths = ({ paths }: selecting.Selection) => [...paths].sort();
  const at = (index: number, manner: selecting.Manner, before = selecting.nothing) =>
    selecting.goTo(before, shown, index, manner);

  test('goes to one alone, and never out of the list', () => {
    expect(paths(at(1, 'only'))).toEqual(['/b']);
    expect(at(99, 'only').active).toBe('/d');
    expect(at(-1, 'only').active).toBe('/a');
    expect(selecting.goTo(selecting.nothing, [], 0, 'only')).toBe(selecting.nothing);
  });

  test('draws a range from where it was begun, in both directions', () => {
    const begun = at(2, 'only');
    expect(paths(at(3, 'range', begun))).toEqual(['/c', '/d']);
    expect(paths(at(0, 'range', at(3, 'range', begun)))).toEqual(['/a', '/b', '/c']);
  });

  test('moves without selecting, and is changed one by one', () => {
    const moved = at(3, 'move', at(0, 'only'));
    expect([paths(moved), moved.active]).toEqual([['/a'], '/d']);
    expect(paths(selecting.toggle(moved, '/d'))).toEqual(['/a', '/d']);
    expect(paths(selecting.toggle(moved, '/a'))).toEqual([]);
  });

  test('keeps what is still there', () => {
    const all = selecting.selectAll(at(1, 'only'), shown);
    const kept = selecting.keepIn(all, new Set(['/a', '/d']));
    expect([paths(kept), kept.active, kept.anchor]).toEqual([['/a', '/d'], undefined, undefined]);
    expect(selecting.keepIn(kept, new Set(['/a', '/d', '/e']))).toBe(kept);
  });
});

describe('the rows in sight', () => {
  const sight = { scrolled: 0, height: 400, rowHeight: 40, count: 200_000 };

  test('are few, wherever the list is', () => {
    for (const scrolled of [0, 1234, 200_000 * 40 - 400, 1e12]) {
      const { begin, end } = rowsInSight({ ...sight, scrolled });
      expect(end - begin).toBeLessThanOrEqual(10 + 1 + 16);
      expect(begin).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(sight.count);
    }
  });

  test('are all of a short list, and none of an empty one', () => {
    expect(rowsInSight({ ...sight, count: 3 })).toEqual({ begin: 0, end: 3 });
    expect(rowsInSight({ ...sight, count: 0 })).toEqual({ begin: 0, end: 0 });
  });

  test('are scrolled to only where one is not in sight', () => {
    const scrolled = { ...sight, scrolled: 400 };
    expect(scrollTo(11, scrolled, 30)).toBe(400);
    expect(scrollTo(3, scrolled, 30)).toBe(120);
    expect(scrollTo(20, scrolled, 30)).toBe(20 * 40 + 40 + 30 - 400);
  });
});

describe('a listing', () => {
  const entryOf = (name: string, type = 'file') =>
    decodeEntry({ name, path: `/${name}`, type, size: name.length, modified: 'm' }) as Entry;
  const listingOf = (...names: readonly string[]) =>
    new Listing({ entries: names.map((name) => entryOf(name)) } as unknown as Folder);
  const namesOf = (entries: readonly Entry[]) => entries.map(({ name }) => name);

  test('shows what is hidden only where it is asked for, and says how much that is', () => {
    const listing = listingOf('b', '.hidden', 'a');
    expect([namesOf(listing.shown), listing.hiddenCount]).toEqual([['a', 'b'], 1]);
    listing.showsHidden = true;
    expect([namesOf(listing.shown), listing.hiddenCount]).toEqual([['.hidden', 'a', 'b'], 0]);
  });

  test('never has anything selected that is not shown', () => {
    const listing = listingOf('apple', 'banana', 'cherry');
    listing.selectAll();
    listing.query = 'an';
    expect(namesOf(listing.selected)).toEqual(['banana']);
    listing.escape();
    expect(namesOf(listing.selected)).toEqual(['apple', 'banana', 'cherry']);
    listing.escape();
    expect(listing.selected).toEqual([]);
  });

  test('is sorted the other way when it is asked for the same again', () => {
    const listing = listingOf('ccc', 'a', 'bb');
    listing.sortBy('size');
    expect(namesOf(listing.shown)).toEqual(['a', 'bb', 'ccc']);
    listing.sortBy('size');
    expect(namesOf(listing.shown)).toEqual(['ccc', 'bb', 'a']);
  });

  test('is sorted by the same rules where it is too long for those of the language', () => {
    const names = Array.from({ length: 6000 }, (_, at) => `file ${(at * 7) % 6000}`);
    const listing = listingOf(...names);
    expect(namesOf(listing.shown).slice(8, 12)).toEqual(['file 8', 'file 9', 'file 10', 'file 11']);
  });

  test('is gone through by keys, of which each does what people expect', () => {
    const listing = listingOf('a', 'b', 'c', 'd');
    const done: string[] = [];
    const deeds = {
      open: ({ name }: Entry) => void done.push(`open ${name}`),
      rename: ({ name }: Entry) => void done.push(`rename ${name}`),
      remove: (entries: readonly Entry[]) => void done.push(`remove ${namesOf(entries).join(' ')}`),
      leave: () => void done.push('leave'),
      search: () => void done.push('search'),
    };
    const key = (name: string, held = {}) => {
      const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
      return press({ key: name, ...none, ...held }, listing, deeds, 2);
    };
    for (const name of ['Enter', 'Delete', 'F2', 'ArrowDown', 'Enter', 'PageDown']) key(name);
    key('ArrowDown', { shiftKey: true });
    key('Delete');
    key('Home', { ctrlKey: true });
    for (const name of ['F2', 'Backspace', 'x']) key(name);
    key('a', { ctrlKey: true });
    key('Delete');
    expect(done).toEqual(['open a', 'remove c d', 'rename c', 'leave', 'search', 'remove a b c d']);
    expect([key('x'), key('x', { ctrlKey: true }), key('Tab'), key('End')]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
