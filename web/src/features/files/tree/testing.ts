// SPDX-License-Identifier: MIT
// What tests of folders share: a device that has files in memory and answers as it is told to.

import type { Blob, Json, Reply } from '@malinka/client';
import type { Ends } from '../job.ts';

interface Answer {
  readonly code?: number;
  readonly error?: string;
  readonly value?: Json;
  readonly blob?: Blob;
}

type Asked = { readonly path: string; readonly offset?: number; readonly limit?: number };

export function entry(path: string, type = 'file', size = 1): Json {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, path, type, size, modified: '2026-11-22T21:48:07Z', mode: '0644' };
}

/** `answers`: by the command, what a device says; what is missing is refused. */
export class PretendDevice {
  readonly asked: { readonly name: string; readonly path: string }[] = [];
  /** How many are asked and not answered, at most. */
  atOnce = 0;
  #now = 0;

  constructor(readonly answers: Record<string, (asked: Asked) => Answer | Promise<Answer>>) {}

  get ends(): Ends {
    const client = {
      request: this.request.bind(this),
      open: () => Promise.reject(new Error('no')),
    };
    const hasher = { start: () => ({}), stop: () => {} };
    return { client, device: 'kitchen', hasher } as unknown as Ends;
  }

  count(name: string): number {
    return this.asked.filter((one) => one.name === name).length;
  }

  async request(from: string, name: string, value: Json): Promise<Reply> {
    const asked = value as unknown as Asked;
    this.asked.push({ name, path: asked.path });
    this.atOnce = Math.max(this.atOnce, ++this.#now);
    await new Promise((resolve) => setImmediate(resolve));
    const answer = (await this.answers[name]?.(asked)) ?? { code: 404, error: 'there is none' };
    this.#now--;
    const { code = 200, error = '' } = answer;
    return { from, code, error, success: code === 200, value: answer.value, blob: answer.blob };
  }
}

/** Answers files.list from what lies in each folder. */
export function listing(folders: Record<string, readonly Json[]>) {
  return ({ path, offset = 0, limit = 1000 }: Asked): Answer => {
    const entries = folders[path];
    if (entries === undefined) return { code: 404, error: `${path}: there is none` };
    const page = entries.slice(offset, offset + limit);
    return { value: { path, total: entries.length, entries: page } };
  };
}
