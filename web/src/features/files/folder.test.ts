// SPDX-License-Identifier: MIT
// The folder that is open: listed whole, changed, and what is told when that fails.

import { describe, expect, test } from 'vitest';
import { decodeEntry, type Entry } from './entry.ts';
import { entriesMax, Folder } from './folder.svelte.ts';
import { entry, listing, PretendDevice } from './tree/testing.ts';

const entries = Array.from({ length: 12_000 }, (_, at) => entry(`/srv/${at}`));
const folderOf = (device: PretendDevice) => new Folder(device.ends.client as never, 'kitchen');

describe('a folder', () => {
  test('is listed whole, and what comes first is shown first', async () => {
    const shown: number[] = [];
    const device = new PretendDevice({
      'files.list': (asked) => (
        shown.push(folder.entries.length),
        listing({ '/srv': entries })(asked)
      ),
    });
    const folder = folderOf(device);
    await folder.open('/srv');
    expect([folder.entries.length, folder.total, folder.isLoading]).toEqual([
      12_000,
      12_000,
      false,
    ]);
    expect(shown).toEqual([0, 500, 10_500]);
  });

  test('that cannot be listed leaves the one before, and says why', async () => {
    const folder = folderOf(new PretendDevice({ 'files.list': listing({ '/srv': entries }) }));
    await folder.open('/srv');
    await folder.open('/away');
    expect([folder.path, folder.error]).toEqual(['/srv', '/away: there is none.']);
    expect(folder.entries).toHaveLength(12_000);
  });

  test('of more than a page can show is shown in part', async () => {
    let count = 0;
    const device = new PretendDevice({
      'files.list': ({ path, limit = 0 }) => {
        const page = Array.from({ length: limit }, () => entry(`${path}/${count++}`));
        return { value: { path, total: 1e12, entries: page } };
      },
    });
    const folder = folderOf(device);
    await folder.open('/srv');
    expect([folder.entries.length, folder.total]).toEqual([entriesMax, 1e12]);
    expect(count).toBeLessThan(entriesMax + 20_000);
  });

  test('has each path once, whatever the device says', async () => {
    const twice = [entry('/srv/a'), entry('/srv/a'), entry('/srv/b')];
    const folder = folderOf(new PretendDevice({ 'files.list': listing({ '/srv': twice }) }));
    await folder.open('/srv');
    expect(folder.entries.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('is the last that was opened, whichever answers first', async () => {
    const device = new PretendDevice({
      'files.list': async (asked) => {
        if (asked.path === '/slow') await new Promise((resolve) => setTimeout(resolve, 20));
        return listing({ '/slow': entries, '/quick': [] })(asked);
      },
    });
    const folder = folderOf(device);
    await Promise.all([folder.open('/slow'), folder.open('/quick')]);
    expect([folder.path, folder.entries.length, folder.isLoading]).toEqual(['/quick', 0, false]);
  });

  test('that is asked for again while it is listed is listed once more', async () => {
    const device = new PretendDevice({ 'files.list': listing({ '/': [] }) });
    const folder = folderOf(device);
    await Promise.all([folder.refresh(), folder.refresh(), folder.refresh()]);
    expect(device.count('files.list')).toBe(2);
    await folder.refreshIf('/elsewhere');
    expect(device.count('files.list')).toBe(2);
  });

  test('says in words that a name is taken, and what else goes wrong as the device says it', async () => {
    let code = 409;
    const no = () => ({ code, error: 'no room' });
    const lists = { 'files.list': listing({ '/': [] }) };
    const folder = folderOf(new PretendDevice({ ...lists, 'files.mkdir': no, 'files.move': no }));
    const one = decodeEntry(entry('/a')) as Entry;
    const taken = 'There is already something called “b” here.';
    expect([await folder.makeFolder('b'), await folder.rename(one, 'b')]).toEqual([taken, taken]);
    code = 507;
    expect(await folder.makeFolder('b')).toBe('No room.');
  });
});
