// SPDX-License-Identifier: MIT
// Folders on their way: several files at once, what fails, what breaks off, and what is asked.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeEntry, type Entry } from '../entry.ts';
import type { Job, Outcome } from '../job.ts';
import { costMax, costOf } from './bounds.ts';
import { inParallel } from './parallel.ts';
import type { Local } from './source.ts';
import type { Target } from './target.ts';
import { entry, listing, PretendDevice } from './testing.ts';
import { TreeDownload } from './tree_download.ts';
import { TreeRun } from './tree_run.ts';
import { TreeState } from './tree_state.svelte.ts';
import { TreeUpload } from './tree_upload.ts';

let answer: { is: 'agreed' | 'alternative' | 'refused' } = { is: 'agreed' };
let questions = 0;
vi.mock('../../../components/dialogs.svelte.ts', () => ({
  ask: async () => (questions++, answer),
  confirm: undefined,
}));

const progress = { moved: () => {}, checking: () => {} };
const { signal } = new AbortController();
let state: TreeState;

beforeEach(() => {
  state = new TreeState();
  questions = 0;
  answer = { is: 'agreed' };
});

describe('what runs at once', () => {
  test('never costs more than there is, and what costs more than all goes alone', async () => {
    const costs = [1, 3, 2, 9, 1, 1, 1];
    let now: number[] = [];
    const seen: number[][] = [];
    await inParallel(costs, { costOf: (cost) => cost, costMax: 4, signal }, async (cost) => {
      now.push(cost);
      seen.push([...now]);
      await new Promise((resolve) => setTimeout(resolve, cost));
      now = now.filter((one) => one !== cost);
    });
    expect(seen.flat()).toEqual(expect.arrayContaining(costs));
    expect(seen).toContainEqual([9]);
    for (const some of seen) expect(some.length === 1 || sum(some) <= 4).toBe(true);
  });

  test('ends what has begun, and begins nothing more when it is stopped', async () => {
    const stop = new AbortController();
    const bounds = { costOf: () => 1, costMax: 2, signal: stop.signal };
    const begun: number[] = [];
    let ended = 0;
    await inParallel([1, 2, 3, 4], bounds, async (item) => {
      begun.push(item);
      await Promise.resolve();
      stop.abort();
      ended++;
    });
    expect([begun, ended]).toEqual([[1, 2], 2]);
  });

  test('of small files is many, and of large ones two', () => {
    expect(costMax / costOf(0)).toBe(16);
    expect(costMax / costOf(5e9)).toBe(2);
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

describe('many files as one', () => {
  /** What becomes of each, run by run. */
  function runOf(outcomes: Record<string, Outcome[]>) {
    const runs: string[] = [];
    const jobOf = (path: string): Job => ({
      run: async () => (runs.push(path), outcomes[path]?.shift() ?? { is: 'done' }),
      discard: () => void runs.push(`${path} discarded`),
    });
    const files = { pathOf: (path: string) => path, bytesOf: () => 1, jobOf };
    const run = new TreeRun<string>(state, files);
    const all = () => run.all(Object.keys(outcomes), 3, signal, progress);
    return { runs, all, run };
  }
  const broken: Outcome = { is: 'failed', error: 'the link', isInterrupted: true };
  const refused: Outcome = { is: 'failed', error: 'it is full', isInterrupted: false };

  test('go on when one fails, and only that one is tried again', async () => {
    const { runs, all } = runOf({ a: [], b: [refused], c: [{ is: 'skipped' }] });
    expect(await all()).toMatchObject({ is: 'failed', isInterrupted: false });
    expect(state.problems).toEqual([{ path: 'b', why: 'it is full' }]);
    expect([state.filesDone, state.skipped]).toEqual([1, 1]);
    expect(await all()).toEqual({ is: 'done' });
    expect(runs).toEqual(['a', 'b', 'c', 'b discarded', 'b']);
    expect([state.problemCount, state.filesDone]).toEqual([0, 2]);
  });

  test('wait together when the way breaks off, and go on with the same jobs', async () => {
    const { runs, all } = runOf({ a: [broken], b: [] });
    expect(await all()).toEqual(broken);
    expect(await all()).toEqual({ is: 'done' });
    expect(runs.filter((name) => name === 'a')).toHaveLength(2);
    expect(state.problemCount).toBe(0);
  });

  test('end when the person wants none of them', async () => {
    const { all } = runOf({ a: [{ is: 'cancelled' }], b: [] });
    expect(await all()).toEqual({ is: 'cancelled' });
  });
});

describe('a folder that is uploaded', () => {
  const text = new TextEncoder();
  const local = (name: string): Local => {
    return { kind: 'file', name, file: async () => new File([name], name) };
  };
  const folder = (name: string, ...children: readonly Local[]): Local => ({
    kind: 'folder',
    name,
    async *children() {
      yield* children;
    },
  });
  const tree = folder('a', folder('b', folder('empty')), folder('c', local('1')), local('2'));
  const upload = (device: PretendDevice) => new TreeUpload(device.ends, [tree], '/srv', state);

  test('makes its folders first, the empty ones too, and asks for none twice', async () => {
    const device = new PretendDevice({ 'files.mkdir': () => ({}), 'files.write': () => ({}) });
    expect(await upload(device).run(signal, progress)).toEqual({ is: 'done' });
    expect(device.asked.map(({ name, path }) => `${name} ${path}`)).toEqual([
      'files.mkdir /srv/a/b/empty',
      'files.mkdir /srv/a/c',
      'files.write /srv/a/c/1',
      'files.write /srv/a/2',
    ]);
  });

  test('has its small files go together, or each by itself to an older device', async () => {
    const files = Array.from({ length: 100 }, (_, at) => local(`${at}`));
    const unpack = (asked: unknown) => {
      const { files: those } = asked as { files: readonly { path: string }[] };
      return { value: { files: those.map(({ path }) => ({ path })) } };
    };
    for (const [more, most] of [
      [{ 'files.unpack': unpack }, 50],
      [{}, 110],
    ] as const) {
      state = new TreeState();
      const answers = { 'files.mkdir': () => ({}), 'files.write': () => ({}), ...more };
      const device = new PretendDevice(answers);
      const job = new TreeUpload(device.ends, [folder('a', ...files)], '/srv', state);
      expect(await job.run(signal, progress)).toEqual({ is: 'done' });
      expect(state.filesDone).toBe(files.length);
      expect(device.asked.length).toBeLessThan(most);
    }
  });

  test('asks once for all that is there, and each answer counts', async () => {
    for (const [is, writes, outcome] of [
      ['agreed', 4, 'done'],
      ['alternative', 2, 'done'],
      ['refused', 2, 'cancelled'],
    ] as const) {
      state = new TreeState();
      questions = 0;
      answer = { is };
      const device = new PretendDevice({
        'files.mkdir': () => ({}),
        'files.stat': () => ({}),
        'files.write': (asked) =>
          (asked as { overwrite?: boolean }).overwrite ? {} : { code: 409, error: 'there' },
      });
      expect(await upload(device).run(signal, progress)).toEqual({ is: outcome });
      expect([device.count('files.write'), questions]).toEqual([writes, 1]);
    }
  });

  test('whose link is lost goes on with what it has not done, and does not ask about its own', async () => {
    let isLost = true;
    const there = new Set<string>();
    const device = new PretendDevice({
      'files.mkdir': () => ({}),
      'files.stat': () => ({}),
      'files.read': ({ path }) => ({ blob: { bytes: text.encode(path.at(-1) ?? '') } }),
      'files.write': ({ path }) => {
        if (there.has(path)) return { code: 409, error: 'there' };
        there.add(path);
        // It was carried out, and nobody hears of it.
        return isLost ? { code: 503, error: 'the link: not known whether it was carried out' } : {};
      },
    });
    const job = upload(device);
    expect(await job.run(signal, progress)).toMatchObject({ is: 'failed', isInterrupted: true });
    isLost = false;
    expect(await job.run(signal, progress)).toEqual({ is: 'done' });
    expect([questions, device.count('files.mkdir')]).toEqual([0, 2]);
  });
});

describe('a folder that is downloaded', () => {
  const top = decodeEntry(entry('/srv', 'folder')) as Entry;
  const device = () =>
    new PretendDevice({
      'files.list': listing({
        '/srv': [entry('/srv/a'), entry('/srv/b'), entry('/srv/empty', 'folder')],
        '/srv/empty': [],
      }),
      'files.read': ({ path }) =>
        path === '/srv/b'
          ? { code: 500, error: `${path}: input/output error` }
          : { value: {}, blob: { bytes: new TextEncoder().encode(path) } },
    });

  class PretendTarget implements Target {
    readonly isSequential = false;
    readonly files = new Map<string, string>();
    readonly folders: string[] = [];
    closedWith: number | undefined;

    constructor(readonly there: readonly string[] = []) {}

    async addFolder(path: string) {
      this.folders.push(path);
    }
    async isThere(path: string) {
      return this.there.includes(path);
    }
    async open(path: string) {
      return {
        write: async (bytes: Uint8Array) =>
          void this.files.set(path, new TextDecoder().decode(bytes)),
        close: async () => {},
        discard: () => {},
      };
    }
    async close(problems: readonly unknown[]) {
      this.closedWith = problems.length;
    }
    discard() {}
  }

  test('has all that could be read, and what could not is named with its path', async () => {
    const target = new PretendTarget();
    const job = new TreeDownload(device().ends, [top], () => target, state);
    expect(await job.run(signal, progress)).toMatchObject({ is: 'failed', isInterrupted: false });
    expect([...target.files]).toEqual([['srv/a', '/srv/a']]);
    expect(target.folders).toEqual(['srv', 'srv/empty']);
    expect(state.problems).toEqual([{ path: 'srv/b', why: '/srv/b: input/output error' }]);
    expect(target.closedWith).toBe(1);
  });

  test('asks once before it replaces anything', async () => {
    answer = { is: 'alternative' };
    const target = new PretendTarget(['srv/a', 'srv/b']);
    await new TreeDownload(device().ends, [top], () => target, state).run(signal, progress);
    expect([questions, target.files.size, state.skipped]).toEqual([1, 0, 2]);
  });
});
