// SPDX-License-Identifier: MIT
// One file on its way, or folders as one, as the page shows it.

import { messageBytesMax, type Job, type Progress } from './job.ts';
import { Speed } from './speed.ts';
import type { TreeState } from './tree/tree_state.svelte.ts';

export type TransferState =
  | 'waiting'
  | 'running'
  | 'paused'
  /** The way broke off; it goes on by itself. */
  | 'interrupted'
  | 'done'
  | 'failed'
  /** The person did not want it after all. */
  | 'skipped'
  | 'cancelled';

export class Transfer {
  state = $state<TransferState>('waiting');
  doneBytes = $state(0);
  totalBytes = $state(0);
  /** Undefined while nobody can tell. */
  bytesPerSecond = $state<number>();
  secondsLeft = $state<number>();
  /** What is there is compared, and nothing moves. */
  isChecking = $state(false);
  error = $state('');
  /** How often it broke off since more of it was done than when it last did. */
  tries = 0;
  #brokeAt = -1;

  constructor(
    readonly kind: 'upload' | 'download',
    readonly name: string,
    totalBytes: number,
    readonly job: Job,
    /** What the person should know of it. */
    readonly note = '',
    /** Of folders: how far all that is in them is. */
    readonly tree?: TreeState,
  ) {
    this.totalBytes = totalBytes;
  }

  /** Counts that it broke off. */
  noteBreak(): void {
    this.tries = this.doneBytes > this.#brokeAt ? 1 : this.tries + 1;
    this.#brokeAt = this.doneBytes;
  }

  /** Whether it goes in parts, so that it can wait in between. */
  get canPause(): boolean {
    return this.tree !== undefined || this.totalBytes > messageBytesMax;
  }
}

/** What its job tells of it. */
export function progressOf(transfer: Transfer): Progress {
  let speed: Speed | undefined;
  return {
    moved(bytes, totalBytes) {
      const now = performance.now();
      transfer.isChecking = false;
      transfer.totalBytes = totalBytes;
      speed ??= new Speed(bytes, now);
      const isSeen = speed.note(bytes, now);
      if (!isSeen && bytes < totalBytes && transfer.doneBytes > 0) return;
      transfer.doneBytes = bytes;
      transfer.bytesPerSecond = speed.bytesPerSecond;
      transfer.secondsLeft = speed.secondsFor(totalBytes - bytes);
    },
    checking: () => (transfer.isChecking = true),
  };
}

/** Waits or runs. */
export function isOpen({ state }: Transfer): boolean {
  return state === 'waiting' || state === 'running';
}

/** A paused one is not. */
export function isEnded({ state }: Transfer): boolean {
  return !['waiting', 'running', 'paused', 'interrupted'].includes(state);
}
