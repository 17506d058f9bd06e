// SPDX-License-Identifier: MIT
// How a transfer is told of.

import { formatBytes, formatDuration, plural } from '../../components/format.ts';
import { isEnded, type Transfer } from './transfer.svelte.ts';
import type { TreeState } from './tree/tree_state.svelte.ts';

export function wordsOf(transfer: Transfer): string {
  const { state, tree, error } = transfer;
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'running':
      return tree ? wordsOfTree(transfer, tree) : wordsOfFile(transfer);
    case 'paused':
      return tree?.isLooking === true
        ? 'paused'
        : `paused at ${formatBytes(transfer.doneBytes)} of ${formatBytes(transfer.totalBytes)}`;
    case 'interrupted':
      return `goes on by itself: ${error}`;
    case 'done':
      return `${transfer.kind === 'upload' ? 'uploaded' : 'downloaded'}${tree ? `: ${resultOf(tree)}` : ''}`;
    case 'failed':
      return tree && tree.problemCount > 0 && !tree.isLooking ? resultOf(tree) : error;
    case 'skipped':
    case 'cancelled':
      return state;
  }
}

function wordsOfFile(transfer: Transfer): string {
  const { kind, doneBytes, totalBytes } = transfer;
  if (transfer.isChecking) return 'checking what is there';
  if (kind === 'upload' && doneBytes >= totalBytes) return 'the device is writing it';
  if (kind === 'download' && doneBytes === 0) return 'the device is reading it';
  return [`${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`, ...paceOf(transfer)].join(
    ' · ',
  );
}

function wordsOfTree(transfer: Transfer, tree: TreeState): string {
  const { doneBytes, totalBytes } = transfer;
  const there = plural(tree.filesTotal, 'file');
  if (tree.isLooking) return `looking what is in it: ${there} so far`;
  return [
    `${tree.filesDone} of ${there}`,
    `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    ...paceOf(transfer),
  ].join(' · ');
}

function paceOf({ bytesPerSecond, secondsLeft }: Transfer): readonly string[] {
  return [
    bytesPerSecond === undefined ? '' : `${formatBytes(bytesPerSecond)}/s`,
    secondsLeft === undefined ? '' : `${formatDuration(Math.ceil(secondsLeft))} left`,
  ].filter(Boolean);
}

function resultOf({
  filesDone,
  filesTotal,
  foldersTotal,
  skipped,
  problemCount,
}: TreeState): string {
  const isAll = filesDone === filesTotal;
  return [
    isAll ? plural(filesTotal, 'file') : `${filesDone} of ${plural(filesTotal, 'file')}`,
    foldersTotal > 0 ? plural(foldersTotal, 'folder') : '',
    skipped > 0 ? `${skipped} skipped` : '',
    problemCount > 0 ? `${problemCount} not taken` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** And may go on. */
export function hasStopped({ state }: Transfer): boolean {
  return state === 'paused' || state === 'interrupted';
}

export function moves({ state, isChecking, doneBytes, totalBytes }: Transfer): boolean {
  return state === 'running' && !isChecking && doneBytes > 0 && doneBytes < totalBytes;
}

/** Whether there is something to unfold. */
export function hasDetails(transfer: Transfer): boolean {
  const { tree } = transfer;
  return tree !== undefined && (tree.problemCount > 0 || !isEnded(transfer));
}
