// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { Transfer, type TransferState } from './transfer.svelte.ts';
import { TreeState } from './tree/tree_state.svelte.ts';
import { hasDetails, wordsOf } from './words.ts';

const job = { run: async () => ({ is: 'done' }) as const, discard: () => {} };

function transferOf(state: TransferState, rest: Partial<Transfer> = {}, tree?: TreeState) {
  const transfer = new Transfer('upload', 'a', 2048, job, '', tree);
  return Object.assign(transfer, { state, ...rest });
}

describe('a transfer is told of', () => {
  test.each([
    ['waiting', {}, 'waiting'],
    ['running', { doneBytes: 1024 }, '1 KiB of 2 KiB'],
    ['running', { doneBytes: 2048 }, 'the device is writing it'],
    ['paused', { doneBytes: 1024 }, 'paused at 1 KiB of 2 KiB'],
    ['interrupted', { error: 'the link' }, 'goes on by itself: the link'],
    ['failed', { error: 'it is full' }, 'it is full'],
    ['done', {}, 'uploaded'],
    ['cancelled', {}, 'cancelled'],
  ] as const)('when it is %s with %j', (state, rest, words) =>
    expect(wordsOf(transferOf(state, rest))).toBe(words),
  );

  test('with its speed and what is left', () => {
    const moving = { doneBytes: 1024, bytesPerSecond: 512, secondsLeft: 1.2 };
    expect(wordsOf(transferOf('running', moving))).toBe('1 KiB of 2 KiB · 512 B/s · 2 s left');
  });

  test('of folders by its files, and in the end by all that is there and is not', () => {
    const tree = new TreeState();
    const running = transferOf('running', { doneBytes: 1024 }, tree);
    tree.found('folder');
    for (let number = 0; number < 3; number++) tree.found('file');
    tree.publish();
    expect(wordsOf(running)).toBe('looking what is in it: 3 files so far');
    tree.foundAll();
    tree.stop(tree.start('a/1', 1), 'done');
    tree.publish();
    expect(wordsOf(running)).toBe('1 of 3 files · 1 KiB of 2 KiB');
    tree.stop(tree.start('a/2', 1), 'skipped');
    tree.fail('a/3', 'it is full');
    tree.publish();
    const failed = transferOf('failed', {}, tree);
    expect(wordsOf(failed)).toBe('1 of 3 files, 1 folder, 1 skipped, 1 not taken');
    expect([hasDetails(failed), hasDetails(transferOf('failed'))]).toEqual([true, false]);
  });

  test('with as many problems as anybody reads, and the rest counted', () => {
    const tree = new TreeState();
    for (let number = 0; number < 5000; number++) tree.fail(`${number}`, 'no');
    tree.publish();
    expect([tree.problems.length, tree.problemCount]).toEqual([1000, 5000]);
  });
});
