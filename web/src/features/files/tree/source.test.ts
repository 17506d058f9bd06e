// SPDX-License-Identifier: MIT
// What the browser gives away of this machine's folders.

import { describe, expect, test } from 'vitest';
import { treeDepthMax, treeEntriesMax } from './bounds.ts';
import { localOfHandle, localsOfDrop, localsOfPaths, type Handle } from './local.ts';
import { gather, type Local, type LocalFolder } from './source.ts';
import { TreeState } from './tree_state.svelte.ts';

const { signal } = new AbortController();

async function gathered(locals: readonly Local[]) {
  const state = new TreeState();
  const { files, folders, bytes } = await gather(locals, state, signal);
  state.publish();
  return { files: files.map(({ path }) => path), folders, bytes, problems: state.problems };
}

function file(name: string): Local {
  return { kind: 'file', name, file: async () => new File(['x'], name) };
}

function folder(name: string, children: () => AsyncIterable<Local>): LocalFolder {
  return { kind: 'folder', name, children };
}

describe('what is dropped', () => {
  /** As browsers give it: a few at a time, and none at the end. */
  function entryOf(name: string, children?: readonly object[]): object {
    if (!children)
      return {
        name,
        isFile: true,
        file: (take: (file: File) => void) => take(new File(['x'], name)),
      };
    const left = [...children];
    const readEntries = (take: (some: object[]) => void) => take(left.splice(0, 2));
    return { name, isFile: false, createReader: () => ({ readEntries }) };
  }
  const dropOf = (...entries: readonly unknown[]) =>
    ({
      items: entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry })),
      files: [new File(['x'], 'plain')],
    }) as unknown as DataTransfer;

  test('is found whole, with its empty folders', async () => {
    const inner = entryOf('b', [entryOf('1'), entryOf('2'), entryOf('3'), entryOf('empty', [])]);
    expect(await gathered(localsOfDrop(dropOf(entryOf('a', [inner]), entryOf('c'))))).toEqual({
      files: ['a/b/1', 'a/b/2', 'a/b/3', 'c'],
      folders: ['a', 'a/b', 'a/b/empty'],
      bytes: 4,
      problems: [],
    });
  });

  test('without being on a disk is taken as the files that it is', async () => {
    expect((await gathered(localsOfDrop(dropOf(null)))).files).toEqual(['plain']);
    expect(localsOfDrop(null)).toEqual([]);
  });
});

test('a list of files with paths is the folder that it was', async () => {
  const at = (path: string) =>
    Object.defineProperty(new File(['x'], path), 'webkitRelativePath', { value: path });
  const found = await gathered(localsOfPaths([at('a/1'), at('a/b/2'), at('a/b/3')]));
  expect(found).toMatchObject({ files: ['a/b/2', 'a/b/3', 'a/1'], folders: ['a', 'a/b'] });
});

test('a folder that was chosen is found whole', async () => {
  const made = (kind: Handle['kind'], name: string, children: Handle[] = []) => ({
    kind,
    name,
    getFile: async () => new File(['x'], name),
    async *values() {
      yield* children;
    },
  });
  const tree = made('directory', 'a', [made('file', '1'), made('directory', 'empty')]);
  expect(await gathered([localOfHandle(tree)])).toMatchObject({
    files: ['a/1'],
    folders: ['a', 'a/empty'],
  });
});

describe('what goes wrong in it', () => {
  test('is told, and the rest is found', async () => {
    const broken: Local = {
      kind: 'file',
      name: 'b',
      file: () => Promise.reject(new Error('gone')),
    };
    const closed = folder('closed', async function* () {
      yield file('seen');
      throw new Error('no permission');
    });
    const found = await gathered([broken, closed, file('c')]);
    expect(found.files).toEqual(['closed/seen', 'c']);
    expect(found.problems.map(({ path }) => path)).toEqual(['b', 'closed']);
  });

  test('is not that it goes on without an end', async () => {
    const again = (): LocalFolder =>
      folder('again', async function* () {
        yield again();
      });
    const { folders, problems } = await gathered([again()]);
    expect(folders).toHaveLength(treeDepthMax);
    expect(problems[0]?.why).toMatch(/more than 100 folders/);
  });

  test('is told where it is too much', async () => {
    let count = 0;
    const endless = folder('endless', async function* () {
      for (;;) yield { kind: 'file', name: `${count++}`, file: async () => one };
    });
    const one = new File([], 'one');
    await expect(gathered([endless])).rejects.toThrow(/more than 250,000/);
    expect(count).toBeLessThanOrEqual(treeEntriesMax + 1);
  });
});
