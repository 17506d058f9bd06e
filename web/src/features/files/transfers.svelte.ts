// SPDX-License-Identifier: MIT
// Files on their way to or from one device: one at a time, the others wait.

import type { Client } from '@malinka/client';
import { Download } from './download.ts';
import type { Entry } from './entry.ts';
import { hashInWorker, type Hasher } from './hashing.ts';
import type { Ends, Job, Outcome } from './job.ts';
import { join } from './path.ts';
import { canWriteFiles, chooseSink, keptBytesWarned } from './sink.ts';
import { isEnded, isOpen, progressOf, Transfer } from './transfer.svelte.ts';
import { Upload } from './upload.ts';

/** Shown at once; the oldest that have ended are taken away. */
const transfersMax = 200;
/** So often is one tried in a row of which nothing more has come. */
const triesMax = 5;
const againMilliseconds = 2000;
const keptNote =
  'This browser cannot write a file while it comes: it keeps all of it until it is whole.';

export class Transfers {
  all = $state.raw<readonly Transfer[]>([]);

  readonly #client: Client;
  readonly #ends: Ends;
  readonly #stopListening: () => void;
  #running: { readonly transfer: Transfer; readonly stop: AbortController } | undefined;

  constructor(client: Client, device: string, hasher: Hasher = hashInWorker(startHashWorker)) {
    this.#client = client;
    this.#ends = { client, device, hasher };
    this.#stopListening = client.presenceChanged.add(() => {
      if (this.#isDeviceThere()) for (const one of this.all) this.#again(one);
    });
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
    if (!isOpen(transfer) && transfer.state !== 'interrupted') return;
    transfer.state = 'paused';
    this.#stop(transfer);
  }

  /** Goes on with one that is paused, or that broke off. */
  resume(transfer: Transfer): void {
    if (!['paused', 'failed', 'interrupted'].includes(transfer.state)) return;
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
    this.#stopListening();
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
    if (outcome.is === 'failed' && outcome.isInterrupted) this.#interrupted(transfer);
  }

  /** Goes on soon, or when the device is there again. */
  #interrupted(transfer: Transfer): void {
    transfer.noteBreak();
    if (transfer.tries > triesMax) return;
    transfer.state = 'interrupted';
    setTimeout(() => this.#isDeviceThere() && this.#again(transfer), againMilliseconds);
  }

  #again(transfer: Transfer): void {
    if (transfer.state === 'interrupted') this.resume(transfer);
  }

  #isDeviceThere(): boolean {
    return this.#client.subscribers.some(({ name }) => name === this.#ends.device);
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

function startHashWorker(): Worker {
  return new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
}
