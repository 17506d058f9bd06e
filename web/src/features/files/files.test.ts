// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { decodePage, sortEntries, type Entry } from './entry.ts';
import {
  crumbsOf,
  endingOf,
  join,
  nameOf,
  parentOf,
  problemOfFileName,
  problemOfLocalName,
} from './path.ts';

function entry(name: string, rest: Partial<Entry> = {}): Entry {
  const plain = { path: `/${name}`, type: 'file', size: 1, modified: '', mode: '0644' } as const;
  return { name, ...plain, target: undefined, isReachable: true, ...rest };
}

describe('a path', () => {
  test('is a way of crumbs, each with its own path', () => {
    expect(crumbsOf('/srv/media/')).toEqual([
      { name: '/', path: '/' },
      { name: 'srv', path: '/srv' },
      { name: 'media', path: '/srv/media' },
    ]);
    expect(crumbsOf('/')).toEqual([{ name: '/', path: '/' }]);
  });

  test('is joined and cut at slashes', () => {
    expect([join('/', 'a'), join('/a', 'b')]).toEqual(['/a', '/a/b']);
    expect([parentOf('/a/b'), parentOf('/a'), parentOf('/')]).toEqual(['/a', '/', '/']);
  });

  test.each(['', '.', '..', 'a/b', 'a\0b'])('does not take %j as a name', (name) => {
    expect(problemOfFileName(name)).not.toBe('');
  });

  test('takes any other name', () => expect(problemOfFileName('<b> ünd so.txt')).toBe(''));
});

describe('a name', () => {
  test.each(['', '.', '..', 'a/b', 'a\\b', '..\\..\\x', 'a\0b', 'a\nb', '\u007f'])(
    '%j of a device is none of this machine',
    (name) => expect(problemOfLocalName(name)).not.toBe(''),
  );

  test.each(['a', '...', ' ', 'ünd so.txt', '-rf', 'con'])('%j may be one', (name) =>
    expect(problemOfLocalName(name)).toBe(''),
  );

  test('is renamed up to its ending', () => {
    expect(['a.txt', 'a.tar.gz', '.bashrc', 'plain'].map(endingOf)).toEqual([1, 5, 7, 5]);
  });

  test('is the last part of a path', () => {
    expect([nameOf('/srv/media'), nameOf('media')]).toEqual(['media', 'media']);
  });
});

describe('a page of entries', () => {
  test('is read field by field, and what is no entry is left out', () => {
    const page = decodePage({
      path: '/a',
      total: 3,
      entries: [
        { name: 'b', path: '/a/b', type: 'folder', size: 4096, modified: 'm', mode: '0755' },
        { name: '\ufffd', path: '/a/\ufffd', type: 'door', utf8: false },
        { name: 7, path: '/a/7' },
        null,
      ],
    });
    expect(page?.entries.map(({ name, type, isReachable }) => [name, type, isReachable])).toEqual([
      ['b', 'folder', true],
      ['\ufffd', 'other', false],
    ]);
    expect(page?.total).toBe(3);
  });

  test.each([null, [], {}, { path: '/' }, { entries: [] }])('is not %j', (value) => {
    expect(decodePage(value)).toBeUndefined();
  });
});

describe('sorting', () => {
  const entries = [
    entry('b10', { size: 1, modified: '2026-01-02T00:00:00Z' }),
    entry('z', { type: 'folder' }),
    entry('b9', { size: 5, modified: '2026-01-01T00:00:00Z' }),
  ];
  const names = (key: 'name' | 'size' | 'modified', descending: boolean) =>
    sortEntries(entries, { key, descending }).map(({ name }) => name);

  test('puts folders first, and numbers in names by their value', () => {
    expect(names('name', false)).toEqual(['z', 'b9', 'b10']);
    expect(names('name', true)).toEqual(['z', 'b10', 'b9']);
  });

  test('goes by size and by time', () => {
    expect(names('size', true)).toEqual(['z', 'b9', 'b10']);
    expect(names('modified', true)).toEqual(['z', 'b10', 'b9']);
  });
});
