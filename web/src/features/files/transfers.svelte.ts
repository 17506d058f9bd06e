// SPDX-License-Identifier: MIT
// Files and folders on their way to or from one device: one at a time, the others wait.

import type { Client } from '@malinka/client';
import { plural } from '../../components/format.ts';
import { warnBeforeClosing } from './closing.ts';
import { Conflicts } from './conflicts.ts';
import { Download } from './download.ts';
import type { Entry } from './entry.ts';
import { hashInWorker, type Hasher } from './hashing.ts';
import type { Ends, Job, Outcome } from './job.ts';
import { join, nameOf } from './path.ts';
import { canWriteFiles, chooseSink, keptBytesWarned } from './sink.ts';
import { isEnded, isOpen, progressOf, Transfer } from './transfer.svelte.ts';
import type { Local } from './tree/source.ts';
import { chooseTarget } from './tree/target.ts';
import { TreeDownload } from './tree/tree_download.ts';
import { TreeState } from './tree/tree_state.svelte.ts';
import { TreeUpload } from './tree/tree_upload.ts';
import { Upload } from './upload.ts';

/** Shown at once; the oldest that have ended are taken away. */
const transfersMax = 200;
/** More files are shown as one, as a folder is. */
const filesApartMax = 8;
/** So often is one tried in a row of which nothing more has come. */
const triesMax = 5;
const againMilliseconds = 2000;
const keptNote =
  'This browser cannot write a file while it comes: it keeps all of it until it is whole.';

const archiveNote =
  'This browser cannot write folders: what comes is kept until it is whole, and saved as one archive.';

export class Transfers {
  all = $state.raw<readonly Transfer[]>([]);

  readonly #client: Client;
  readonly #ends: Ends;
  readonly #stopListening: () => void;
  readonly #stopWarning: () => void;
  #running: { readonly transfer: Transfer; readonly stop: AbortController } | undefined;

  constructor(client: Client, device: string, hasher: Hasher = hashInWorker(startHashWorker)) {
    this.#client = client;
    this.#ends = { client, device, hasher };
    this.#stopListening = client.presenceChanged.add(() => {
      if (this.#isDeviceThere()) for (const one of this.all) this.#again(one);
    });
    this.#stopWarning = warnBeforeClosing(() => this.isBusy);
  }

  /** Whether anything would break off, were the page closed. */
  get isBusy(): boolean {
    return this.all.some((one) => isOpen(one) || one.state === 'interrupted');
  }

  get ends(): Ends {
    return this.#ends;
  }

  /** Whatever was dropped or chosen. `onDone` is called after what has arrived. */
  async take(locals: readonly Local[], folder: string, onDone: () => void): Promise<void> {
    const files = locals.filter((local) => local.kind === 'file');
    if (files.length < locals.length || files.length > filesApartMax)
      return this.#uploadTree(locals, folder, onDone);
    this.upload(await Promise.all(files.map((local) => local.file())), folder, onDone);
  }

  upload(files: readonly File[], folder: string, onDone: () => void): void {
    const conflicts = new Conflicts(files.length);
    for (const file of files) {
      const upload = new Upload(this.#ends, file, join(folder, file.name), conflicts);
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

  /** As download(). Folders go with all that is in them. */
  async downloadAll(entries: readonly Entry[]): Promise<void> {
    const [first, ...rest] = entries;
    if (first === undefined) return;
    if (rest.length === 0 && first.type !== 'folder') return this.download(first);
    // Of the roots, the name is a path.
    const name = rest.length === 0 ? nameOf(first.name) : plural(entries.length, 'item');
    const begin = await chooseTarget(name);
    if (begin === undefined) return;
    const state = new TreeState();
    const named = entries.map((entry) => ({ ...entry, name: nameOf(entry.name) }));
    const job = new TreeDownload(this.#ends, named, begin, state);
    const note = canWriteFiles() ? '' : archiveNote;
    this.#add(new Transfer('download', name, 0, job, note, state));
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
    this.#stopWarning();
    this.#ends.hasher.stop();
  }

  #uploadTree(locals: readonly Local[], folder: string, onDone: () => void): void {
    const [first, ...rest] = locals;
    if (first === undefined) return;
    const name = rest.length === 0 ? first.name : plural(locals.length, 'item');
    const state = new TreeState();
    const job = new TreeUpload(this.#ends, locals, folder, state, onDone);
    this.#add(new Transfer('upload', name, 0, toldOfAll(job, onDone), '', state));
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

/** Of folders something may have arrived however it ended. */
function toldOfAll(job: Job, onDone: () => void): Job {
  return {
    run: (signal, progress) => job.run(signal, progress).finally(onDone),
    discard: () => job.discard(),
  };
}

function startHashWorker(): Worker {
  return new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
}
