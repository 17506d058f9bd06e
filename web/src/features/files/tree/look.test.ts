// SPDX-License-Identifier: MIT
// What lies in a device's folders, and what a device may claim lies in them.

import { describe, expect, test } from 'vitest';
import { decodeEntry, type Entry } from '../entry.ts';
import { pagesOf } from '../pages.ts';
import { treeDepthMax, treeEntriesMax } from './bounds.ts';
import { lookInto } from './look.ts';
import { entry, listing, PretendDevice } from './testing.ts';
import { TreeState } from './tree_state.svelte.ts';

const top = decodeEntry(entry('/srv', 'folder')) as Entry;
const { signal } = new AbortController();

async function look(device: PretendDevice, from = [top]) {
  const state = new TreeState();
  const found = await lookInto(device.ends, from, state, signal);
  state.publish();
  return {
    files: found.files.map(({ path }) => path),
    folders: found.folders.map(({ path }) => path),
    bytes: found.bytes,
    problems: state.problems.map(({ path, why }) => `${path}: ${why}`),
  };
}

describe('a folder of a device', () => {
  test('is found whole, with its empty folders', async () => {
    const device = new PretendDevice({
      'files.list': listing({
        '/srv': [entry('/srv/a', 'folder'), entry('/srv/b', 'file', 7)],
        '/srv/a': [entry('/srv/a/c', 'file', 5), entry('/srv/a/empty', 'folder')],
        '/srv/a/empty': [],
      }),
    });
    expect(await look(device)).toEqual({
      files: ['srv/b', 'srv/a/c'],
      folders: ['srv', 'srv/a', 'srv/a/empty'],
      bytes: 12,
      problems: [],
    });
  });

  test('with something that cannot be taken tells it and takes the rest', async () => {
    const strange = ['..', '.', '', 'a\\b', 'a\u0000b', 'line\nbreak', 'a/b', '/etc/passwd'];
    const entries = strange.map((name) => ({ ...(entry('/srv/x') as object), name }));
    const device = new PretendDevice({
      'files.list': listing({
        '/srv': [
          ...(entries as never[]),
          entry('/srv/good'),
          entry('/srv/good'),
          entry('/srv/link', 'link'),
          entry('/srv/pipe', 'other'),
          { ...(entry('/srv/\ufffd') as object), utf8: false } as never,
          entry('/srv/closed', 'folder'),
        ],
      }),
    });
    const { files, problems } = await look(device);
    expect(files).toEqual(['srv/good']);
    expect(problems).toHaveLength(strange.length + 5);
    expect(problems.at(-1)).toBe('srv/closed: /srv/closed: there is none');
  });

  test('that says it lies elsewhere is looked for where it was found', async () => {
    const device = new PretendDevice({
      'files.list': listing({
        '/srv': [{ ...(entry('/srv/a', 'folder') as object), path: '/etc' } as never],
        '/srv/a': [{ ...(entry('/srv/a/b') as object), path: '/etc/shadow' } as never],
      }),
    });
    expect((await look(device)).files).toEqual(['srv/a/b']);
    expect(device.asked.map(({ path }) => path)).toEqual(['/srv', '/srv/a']);
  });

  test('that goes on without an end inside itself is followed so far', async () => {
    const device = new PretendDevice({
      'files.list': ({ path }) => ({
        value: { path, total: 1, entries: [entry(`${path}/again`, 'folder')] },
      }),
    });
    const { folders, problems } = await look(device);
    expect([folders.length, device.count('files.list')]).toEqual([treeDepthMax + 1, treeDepthMax]);
    expect(problems[0]).toMatch(/more than 100 folders/);
  });

  test('of more entries than are taken is refused before it fills the memory', async () => {
    let count = 0;
    const device = new PretendDevice({
      'files.list': ({ path, limit = 0 }) => {
        const entries = Array.from({ length: limit }, () => entry(`${path}/${count++}`));
        return { value: { path, total: 1e15, entries } };
      },
    });
    await expect(look(device)).rejects.toThrow(/more than 250,000 files and folders/);
    expect(count).toBeLessThan(treeEntriesMax + 10_000);
  });

  test('is asked for a few at a time', async () => {
    const folders = Array.from({ length: 50 }, (_, at) => entry(`/srv/${at}`, 'folder'));
    const all: Record<string, never[]> = { '/srv': folders as never[] };
    for (let at = 0; at < 50; at++) all[`/srv/${at}`] = [];
    const device = new PretendDevice({ 'files.list': listing(all) });
    await look(device);
    expect(device.atOnce).toBe(8);
  });

  test('whose device is lost breaks off, and is no problem of the folder', async () => {
    const device = new PretendDevice({ 'files.list': () => ({ code: 503, error: 'the link' }) });
    await expect(look(device)).rejects.toThrow('the link');
  });
});

describe('the pages of a folder', () => {
  async function countsOf(device: PretendDevice) {
    const counts = [];
    for await (const { entries } of pagesOf(device.ends.client, 'kitchen', '/srv'))
      counts.push(entries.length);
    return counts;
  }
  const entries = Array.from({ length: 12_000 }, (_, at) => entry(`/srv/${at}`));

  test('come until all are there, the first of them soon', async () => {
    const device = new PretendDevice({ 'files.list': listing({ '/srv': entries }) });
    expect(await countsOf(device)).toEqual([500, 10_000, 1500]);
  });

  test('become smaller where they do not fit into an answer', async () => {
    const whole = listing({ '/srv': entries });
    const device = new PretendDevice({
      'files.list': (asked) =>
        (asked.limit ?? 0) > 1500 ? { code: 413, error: 'too large' } : whole(asked),
    });
    const counts = await countsOf(device);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12_000);
    expect(Math.max(...counts)).toBe(625);
  });

  test('end where nothing comes any more, whatever the device says', async () => {
    const device = new PretendDevice({
      'files.list': ({ path, offset = 0 }) => {
        const page = offset === 0 ? [entry('/srv/a')] : [];
        return { value: { path, total: 1e15, entries: page } };
      },
    });
    expect(await countsOf(device)).toEqual([1, 0]);
    const refusing = new PretendDevice({ 'files.list': () => ({ code: 413, error: 'too many' }) });
    await expect(countsOf(refusing)).rejects.toThrow('too many');
    expect(refusing.asked.length).toBeLessThan(10);
  });
});
