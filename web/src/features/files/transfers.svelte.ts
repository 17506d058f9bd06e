// SPDX-License-Identifier: MIT
// Files on their way to or from one device: one at a time, the others wait.

import type { Client } from '@malinka/client';
import { Download } from './download.ts';
import type { Entry } from './entry.ts';
import { hashInWorker, type Hasher } from './hashing.ts';
import { messageBytesMax, type Ends, type Job, type Outcome, type Progress } from './job.ts';
import { join } from './path.ts';
import { canWriteFiles, chooseSink, keptBytesWarned } from './sink.ts';
import { Speed } from './speed.ts';
import { Upload } from './upload.ts';

export type TransferState =
  | 'waiting'
  | 'running'
  | 'paused'
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

  constructor(
    readonly kind: 'upload' | 'download',
    readonly name: string,
    totalBytes: number,
    readonly job: Job,
    /** What the person should know of it. */
    readonly note = '',
  ) {
    this.totalBytes = totalBytes;
  }

  /** Whether it goes in parts, so that it can wait in between. */
  get canPause(): boolean {
    return this.totalBytes > messageBytesMax;
  }
}

/** Shown at once; the oldest that have ended are taken away. */
const transfersMax = 200;
const keptNote =
  'This browser cannot write a file while it comes: it keeps all of it until it is whole.';

export class Transfers {
  all = $state.raw<readonly Transfer[]>([]);

  readonly #ends: Ends;
  #running: { readonly transfer: Transfer; readonly stop: AbortController } | undefined;

  constructor(client: Client, device: string, hasher: Hasher = hashInWorker(startHashWorker)) {
    this.#ends = { client, device, hasher };
  }

  /** `onDone` is called after each file that arrived. */
  upload(files: Iterable<File>, folder: string, onDone: () => void): void {
    for (const file of files) {
      const upload = new Upload(this.#ends, file, join(folder, file.name));
      this.#add(new Transfer('upload', file.name, file.size, told(upload, onDone)));
    }
  }

  /** To be called where the person has just asked for it: they may be asked where it goes. */
  async download(entry: Entry): Promise<void> {
    const { name, size } = entry;
    const open = await chooseSink(name, size);
    if (open === undefined) return;
    const note = size > keptBytesWarned && !canWriteFiles() ? keptNote : '';
    this.#add(new Transfer('download', name, size, new Download(this.#ends, entry, open), note));
  }

  /** Others go on meanwhile. */
  pause(transfer: Transfer): void {
    if (!isOpen(transfer)) return;
    transfer.state = 'paused';
    this.#stop(transfer);
  }

  /** Goes on with one that is paused, or has failed. */
  resume(transfer: Transfer): void {
    if (transfer.state !== 'paused' && transfer.state !== 'failed') return;
    transfer.state = 'waiting';
    transfer.error = '';
    void this.#work();
  }

  cancel(transfer: Transfer): void {
    transfer.state = 'cancelled';
    const isRunning = this.#stop(transfer);
    if (!isRunning) transfer.job.discard();
  }

  clear(): void {
    for (const one of this.all) if (isEnded(one)) one.job.discard();
    this.all = this.all.filter((one) => !isEnded(one));
  }

  /** Nothing moves any more. */
  stop(): void {
    for (const one of this.all) if (!isEnded(one)) this.cancel(one);
    this.#ends.hasher.stop();
  }

  #add(transfer: Transfer): void {
    const ended = this.all.filter(isEnded);
    const gone = new Set(ended.slice(0, Math.max(0, this.all.length - transfersMax + 1)));
    for (const one of gone) one.job.discard();
    this.all = [...this.all.filter((one) => !gone.has(one)), transfer];
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    for (let next = this.#next(); next; next = this.#next()) {
      const stop = new AbortController();
      this.#running = { transfer: next, stop };
      next.state = 'running';
      this.#settle(next, await next.job.run(stop.signal, progressOf(next)));
      this.#running = undefined;
    }
  }

  #next(): Transfer | undefined {
    return this.all.find((one) => one.state === 'waiting');
  }

  /** Where the person has stopped it meanwhile, that it broke off is no news. */
  #settle(transfer: Transfer, outcome: Outcome): void {
    transfer.isChecking = false;
    transfer.bytesPerSecond = undefined;
    transfer.secondsLeft = undefined;
    if (outcome.is === 'done') transfer.doneBytes = transfer.totalBytes;
    if (outcome.is === 'failed' && transfer.state !== 'running') {
      if (transfer.state === 'cancelled') transfer.job.discard();
      return;
    }
    transfer.state = outcome.is;
    transfer.error = outcome.is === 'failed' ? outcome.error : '';
  }

  /** Whether it was running. */
  #stop(transfer: Transfer): boolean {
    if (this.#running?.transfer !== transfer) return false;
    this.#running.stop.abort();
    return true;
  }
}

function told(job: Job, onDone: () => void): Job {
  return {
    async run(signal, progress) {
      const outcome = await job.run(signal, progress);
      if (outcome.is === 'done') onDone();
      return outcome;
    },
    discard: () => job.discard(),
  };
}

function progressOf(transfer: Transfer): Progress {
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
function isOpen({ state }: Transfer): boolean {
  return state === 'waiting' || state === 'running';
}

/** A paused one is not. */
function isEnded({ state }: Transfer): boolean {
  return !['waiting', 'running', 'paused'].includes(state);
}

function startHashWorker(): Worker {
  return new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
}
