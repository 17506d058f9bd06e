// SPDX-License-Identifier: MIT
// An entry of a folder as a device lists it, checked field by field, and the order of a list.

import { isList, isObject, member, numberMember, stringMember } from '@malinka/client';
import type { Json } from '@malinka/client';

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
    size: numberMember(value, 'size') ?? 0,
    modified: stringMember(value, 'modified') ?? '',
    mode: stringMember(value, 'mode') ?? '',
    target: stringMember(value, 'target'),
    isReachable: member(value, 'utf8') !== false,
  };
}

export const sortKeys = ['name', 'size', 'modified'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Folders first, then by the key, then by name. */
export function sortEntries(entries: readonly Entry[], { key, descending }: Order): Entry[] {
  const sign = descending ? -1 : 1;
  return [...entries].sort(
    (a, b) =>
      Number(b.type === 'folder') - Number(a.type === 'folder') ||
      sign * compareBy(key, a, b) ||
      collator.compare(a.name, b.name),
  );
}

function compareBy(key: SortKey, a: Entry, b: Entry): number {
  if (key === 'size') return a.size - b.size;
  if (key === 'name') return collator.compare(a.name, b.name);
  return Date.parse(a.modified) - Date.parse(b.modified) || 0;
}
