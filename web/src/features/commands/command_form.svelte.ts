// SPDX-License-Identifier: MIT
// One command as a form: what was written, what was sent, and what the device answered.

import { limits, type Client, type Json, type Reply } from '@malinka/client';
import { sentence } from '../../components/format.ts';
import type { Command } from '../agent/description.ts';
import { Draft } from './draft.svelte.ts';
import { decodeSchema } from './schema.ts';

/** For the way there and back, beyond what a device may take. */
const graceSeconds = 10;
const pathPartsMax = 16;

export class CommandForm {
  readonly command: Command;
  readonly draft: Draft;
  isRunning = $state(false);
  reply = $state.raw<Reply | undefined>();
  /** What the device complained of, where no field is to blame. */
  problem = $state('');

  readonly #client: Client;
  readonly #device: string;

  constructor(client: Client, device: string, command: Command) {
    this.#client = client;
    this.#device = device;
    this.command = command;
    const field = decodeSchema(command.parameters);
    this.draft = new Draft(field, field.kind === 'object');
  }

  /** False when something has to be mended first. */
  async run(): Promise<boolean> {
    if (this.isRunning) return false;
    this.problem = '';
    const taken = this.draft.take();
    if (taken.is === 'wrong') return false;
    this.isRunning = true;
    const value: Json = taken.is === 'given' ? taken.value : {};
    const timeoutMilliseconds = (limits.commandSeconds + graceSeconds) * 1000;
    const reply = await this.#client.request(this.#device, this.command.name, value, {
      timeoutMilliseconds,
    });
    this.isRunning = false;
    this.reply = reply;
    if (!reply.success) this.#complain(reply.error);
    return reply.success;
  }

  /** As “value.lines[0].line must be at most 53”: beside its field as well, where there is one. */
  #complain(error: string): void {
    this.problem = sentence(error) || 'The device did not do it.';
    const where = /^value((?:\.[^\s.[\]]{1,256}|\[\d{1,6}\]){1,16}) /.exec(error)?.[1];
    if (where === undefined) return;
    const path = where.split(/[.[\]]/).filter((part) => part !== '');
    if (path.length <= pathPartsMax) this.draft.complain(path, this.problem);
  }
}
