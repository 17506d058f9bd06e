// SPDX-License-Identifier: MIT
// What is asked before something is deleted, and what becomes of it.

import { expect, test } from 'vitest';
import { decodeEntry, type Entry } from './entry.ts';
import { questionOf, Removal } from './removal.svelte.ts';
import { entry, listing, PretendDevice } from './tree/testing.ts';

const of = (path: string, type?: string) => decodeEntry(entry(path, type)) as Entry;
const [file, full, empty] = [of('/a'), of('/full', 'folder'), of('/empty', 'folder')];
const list = listing({ '/full': [entry('/full/x')], '/empty': [] });

function removalFrom(answers: ConstructorParameters<typeof PretendDevice>[0]) {
  const device = new PretendDevice(answers);
  return { device, removal: new Removal(device.ends.client, 'kitchen') };
}

test('what is in a folder is found out first, and named', async () => {
  const { removal } = removalFrom({ 'files.list': list });
  const found = await removal.findFull([file, full, empty]);
  expect([...found]).toEqual([[full, 1]]);
  expect(questionOf([file, full, empty], found, 'kitchen')).toMatchObject({
    title: 'Delete 3 entries?',
    text: 'They will be gone from kitchen: “a”, “full”, “empty”.',
    consent: 'Also what is in the folder “full” (1 entry and all below)',
  });
  expect(questionOf([file], new Map(), 'kitchen')).toMatchObject({ title: 'Delete “a”?' });
  expect(questionOf([file], new Map(), 'kitchen').consent).toBeUndefined();
});

test('a folder that nobody can look into is treated as full', async () => {
  const { removal } = removalFrom({});
  expect([...(await removal.findFull([full]))]).toEqual([[full, undefined]]);
});

test('only what was agreed to goes with all that is in it', async () => {
  const asked: unknown[] = [];
  const { removal } = removalFrom({ 'files.remove': (value) => (asked.push(value), {}) });
  await removal.remove([full, empty], new Map([[full, 1]]));
  expect(asked).toEqual([
    { path: '/full', recursive: true },
    { path: '/empty', recursive: false },
  ]);
  expect([removal.error, removal.total]).toEqual(['', 0]);
});

test('what could not be deleted is told by name, and the rest is', async () => {
  const many = Array.from({ length: 20 }, (_, at) => of(`/${at}`));
  const { removal, device } = removalFrom({
    'files.remove': ({ path }) => (path.length > 2 ? { code: 403, error: 'not allowed' } : {}),
  });
  await removal.remove(many, new Map());
  expect(removal.error).toMatch(
    /^10 of 20 could not be deleted: 10: not allowed; .+; and 5 more\.$/,
  );
  expect(device.atOnce).toBe(8);
});
