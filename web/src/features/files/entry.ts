// SPDX-License-Identifier: MIT
// An entry of a folder as a device lists it, checked field by field, and the order of a list.

import { isList, isObject, member, numberMember, stringMember } from '@malinka/client';
import type { Json, JsonObject } from '@malinka/client';

export type EntryType = 'file' | 'folder' | 'link' | 'other';

export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly type: EntryType;
  readonly size: number;
  readonly modified: string;
  readonly mode: string;
  /** Where a link leads. */
  readonly target: string | undefined;
  /** False where the name is not UTF-8: no command can reach it. */
  readonly isReachable: boolean;
}

export interface Page {
  readonly path: string;
  readonly entries: readonly Entry[];
  /** Of the folder. */
  readonly total: number;
}

const types: readonly EntryType[] = ['file', 'folder', 'link', 'other'];

/** Undefined when the reply is no list of a folder. */
export function decodePage(value: Json | undefined): Page | undefined {
  if (!isObject(value)) return undefined;
  const path = stringMember(value, 'path');
  const entries = member(value, 'entries');
  if (path === undefined || !isList(entries)) return undefined;
  const decoded = entries.map(decodeEntry).filter((entry) => entry !== undefined);
  return { path, entries: decoded, total: numberMember(value, 'total') ?? decoded.length };
}

export function decodeEntry(value: Json): Entry | undefined {
  if (!isObject(value)) return undefined;
  const [name, path] = [stringMember(value, 'name'), stringMember(value, 'path')];
  if (name === undefined || path === undefined) return undefined;
  return {
    name,
    path,
    type: types.find((type) => type === stringMember(value, 'type')) ?? 'other',
    size: sizeOf(value),
    modified: stringMember(value, 'modified') ?? '',
    mode: stringMember(value, 'mode') ?? '',
    target: stringMember(value, 'target'),
    isReachable: member(value, 'utf8') !== false,
  };
}

function sizeOf(value: JsonObject): number {
  const size = numberMember(value, 'size') ?? 0;
  return Number.isSafeInteger(size) && size > 0 ? size : 0;
}

export const sortKeys = ['name', 'size', 'modified'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Up to so many are sorted as the reader's language has it, which takes a while for each. */
const collatedMax = 5000;
const collator = new Intl.Collator(undefined, { numeric: true });

/** Folders first, then by the key, then by name. */
export function sortEntries(entries: readonly Entry[], { key, descending }: Order): Entry[] {
  const sign = descending ? -1 : 1;
  const byName = comparisonByName(entries);
  const byKey = key === 'name' ? byName : comparisons[key];
  return [...entries].sort(
    (a, b) =>
      Number(b.type === 'folder') - Number(a.type === 'folder') ||
      sign * byKey(a, b) ||
      byName(a, b),
  );
}

type Comparison = (a: Entry, b: Entry) => number;

const comparisons: Record<'size' | 'modified', Comparison> = {
  size: (a, b) => a.size - b.size,
  // Of one form, so that they sort as text.
  modified: (a, b) => compareText(a.modified, b.modified),
};

function comparisonByName(entries: readonly Entry[]): Comparison {
  if (entries.length <= collatedMax) return (a, b) => collator.compare(a.name, b.name);
  const keys = new Map(entries.map((entry) => [entry, naturalKey(entry.name)]));
  return (a, b) => compareText(keys.get(a) ?? '', keys.get(b) ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts as people do when it is compared unit by unit: small as large letters, numbers by value. */
function naturalKey(name: string): string {
  return name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(20, '0'));
}
