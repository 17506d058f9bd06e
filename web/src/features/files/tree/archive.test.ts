// SPDX-License-Identifier: MIT
// Archives that are written while their files come.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveTarget } from './archive.ts';

const when = '2026-11-22T21:48:07Z';
let folder: string;
let written: Uint8Array[];
let ended: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'malinka-archive-'));
  written = [];
  ended = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function target(write = async (bytes: Uint8Array) => void written.push(bytes.slice())) {
  return new ArchiveTarget({
    write,
    close: async () => void ended.push('closed'),
    discard: () => void ended.push('discarded'),
  });
}

/** What another program finds in it. */
function unpack(): string {
  const path = join(folder, 'a.zip');
  writeFileSync(path, Buffer.concat(written));
  execFileSync('python3', ['-m', 'zipfile', '-e', path, folder]);
  return execFileSync('python3', ['-m', 'zipfile', '-l', path], { encoding: 'utf8' });
}

async function add(archive: ArchiveTarget, path: string, ...texts: readonly string[]) {
  const sink = await archive.open(path, when);
  for (const text of texts) await sink.write(new TextEncoder().encode(text));
  await sink.close();
}

test('other programs read them, with their folders, however many come at once', async () => {
  const archive = target();
  await archive.addFolder('a/empty', when);
  await Promise.all([
    add(archive, 'a/ä 1.txt', 'one ', 'and more'),
    add(archive, 'a/2.txt'),
    add(archive, 'a/3.txt', 'three'),
  ]);
  await archive.close([]);
  expect(unpack()).toMatch(/a\/empty\//);
  expect(readFileSync(join(folder, 'a/ä 1.txt'), 'utf8')).toBe('one and more');
  expect(readFileSync(join(folder, 'a/2.txt'), 'utf8')).toBe('');
  expect(readFileSync(join(folder, 'a/3.txt'), 'utf8')).toBe('three');
  expect(ended).toEqual(['closed']);
});

test('say inside what is missing, and a file is begun only once', async () => {
  const archive = target();
  const sink = await archive.open('broken.bin', when);
  await sink.write(new Uint8Array(10));
  sink.discard();
  await expect(archive.open('broken.bin', when)).rejects.toThrow('it changed');
  await archive.close([{ path: 'broken.bin', why: 'it changed' }]);
  unpack();
  expect(readFileSync(join(folder, 'NOT IN THIS ARCHIVE.txt'), 'utf8')).toBe(
    'broken.bin: it changed\r\n',
  );
});

test('that cannot be stored are given up, and whoever writes hears of it', async () => {
  const archive = target(() => Promise.reject(new Error('the disk is full')));
  await expect(
    (async () => {
      for (let number = 0; number < 100; number++) await add(archive, `${number}`, 'text');
    })(),
  ).rejects.toThrow();
  await expect(archive.close([])).rejects.toThrow();
  expect(ended).toEqual(['discarded']);
});

test('that are given up keep nothing', async () => {
  const archive = target();
  const sink = await archive.open('a', when);
  archive.discard();
  await expect(sink.write(new Uint8Array(10))).rejects.toThrow('given up');
  await expect(archive.open('b', when)).rejects.toThrow('given up');
  expect(ended).toEqual(['discarded']);
});
