// SPDX-License-Identifier: MIT
// Files on their way to or from one device: one at a time, the others wait.

import { limits, type Client, type Reply } from '@malinka/client';
import { confirm } from '../../components/dialogs.svelte.ts';
import { formatBytes } from '../../components/format.ts';
import { saveAs } from './save.ts';
import type { Entry } from './entry.ts';
import { join } from './path.ts';

export type TransferState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

export class Transfer {
  state = $state<TransferState>('waiting');
  sentBytes = $state(0);
  error = $state('');

  constructor(
    readonly kind: 'upload' | 'download',
    readonly name: string,
    readonly totalBytes: number,
    readonly run: (transfer: Transfer) => Promise<void>,
  ) {}
}

/** Shown at once; the oldest that have ended are taken away. */
const transfersMax = 200;
/** 8 MiB at a slow 64 KiB/s, and some rest. */
const transferMilliseconds = 180_000;

export class Transfers {
  all = $state.raw<readonly Transfer[]>([]);

  readonly #client: Client;
  readonly #device: string;
  #isRunning = false;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
  }

  /** `onDone` is called after each file that arrived. */
  upload(files: Iterable<File>, folder: string, onDone: () => void): void {
    for (const file of files) {
      const path = join(folder, file.name);
      this.#add(
        new Transfer('upload', file.name, file.size, (one) => this.#send(one, file, path, onDone)),
      );
    }
  }

  download(entry: Entry): void {
    this.#add(new Transfer('download', entry.name, entry.size, (one) => this.#fetch(one, entry)));
  }

  clear(): void {
    this.all = this.all.filter(isOpen);
  }

  #add(transfer: Transfer): void {
    const ended = this.all.filter((one) => !isOpen(one));
    const gone = new Set(ended.slice(0, Math.max(0, this.all.length - transfersMax + 1)));
    this.all = [...this.all.filter((one) => !gone.has(one)), transfer];
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#next(); next; next = this.#next()) {
      next.state = 'running';
      await next.run(next);
    }
    this.#isRunning = false;
  }

  #next(): Transfer | undefined {
    return this.all.find((one) => one.state === 'waiting');
  }

  async #send(transfer: Transfer, file: File, path: string, onDone: () => void): Promise<void> {
    if (file.size > limits.fileMessageBytesMax) return fail(transfer, tooLarge);
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      return fail(transfer, 'The browser could not read it. Folders cannot be uploaded yet.');
    }
    let reply = await this.#write(transfer, path, bytes, false);
    if (reply.code === 409) {
      const replace = await confirm({
        title: `Replace “${file.name}”?`,
        text: 'There is a file of this name already. Its content will be lost.',
        action: 'Replace',
        danger: true,
      });
      if (!replace) return void (transfer.state = 'skipped');
      reply = await this.#write(transfer, path, bytes, true);
    }
    if (!reply.success) return fail(transfer, reply.error);
    transfer.sentBytes = transfer.totalBytes;
    transfer.state = 'done';
    onDone();
  }

  #write(transfer: Transfer, path: string, bytes: Uint8Array, overwrite: boolean): Promise<Reply> {
    return this.#client.request(
      this.#device,
      'files.write',
      { path, overwrite },
      {
        blob: { bytes },
        timeoutMilliseconds: transferMilliseconds,
        onProgress: (sentBytes) => (transfer.sentBytes = sentBytes),
      },
    );
  }

  async #fetch(transfer: Transfer, entry: Entry): Promise<void> {
    const reply = await this.#client.request(
      this.#device,
      'files.read',
      { path: entry.path },
      { timeoutMilliseconds: transferMilliseconds },
    );
    if (!reply.success) return fail(transfer, reply.error);
    saveAs(entry.name, reply.blob?.bytes ?? new Uint8Array());
    transfer.sentBytes = transfer.totalBytes;
    transfer.state = 'done';
  }
}

/** Said of files that are larger than what travels in one message. */
export const tooLarge = `Larger than ${formatBytes(limits.fileMessageBytesMax)}: such files cannot travel yet.`;

function isOpen({ state }: Transfer): boolean {
  return state === 'waiting' || state === 'running';
}

function fail(transfer: Transfer, error: string): void {
  transfer.error = error;
  transfer.state = 'failed';
}
