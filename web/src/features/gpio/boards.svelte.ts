// SPDX-License-Identifier: MIT
// The boards of a channel's devices, of those that were looked at.

import type { ChannelEvent, Client } from '@malinka/client';
import { untrack } from 'svelte';
import { Board } from './board.svelte.ts';

/** More than a channel tells of one by one; beyond it the oldest goes. */
const boardsMax = 256;

export class Boards {
  readonly #client: Client;
  readonly #boards = new Map<string, Board>();
  readonly #forget: () => void;

  constructor(client: Client) {
    this.#client = client;
    this.#forget = client.eventReceived.add((event) => this.#hear(event));
  }

  /** Made when it is first asked for. */
  of(device: string): Board {
    const known = this.#boards.get(device);
    if (known) return known;
    // Made outside of whoever asks, who could not follow its changes otherwise.
    const board = untrack(() => new Board(this.#client, device));
    const [oldest] = this.#boards.keys();
    if (this.#boards.size >= boardsMax && oldest !== undefined) this.#boards.delete(oldest);
    this.#boards.set(device, board);
    return board;
  }

  stop(): void {
    this.#forget();
  }

  #hear({ from, name, value }: ChannelEvent): void {
    if (name === 'gpio.edge') this.#boards.get(from)?.hear(value);
  }
}
