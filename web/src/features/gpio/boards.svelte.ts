// SPDX-License-Identifier: MIT
// The boards of a channel's devices, of those that were looked at.

import type { ChannelEvent, Client } from '@malinka/client';
import { ByDevice } from '../../components/by_device.ts';
import { Board } from './board.svelte.ts';

export class Boards {
  readonly #boards: ByDevice<Board>;
  readonly #forget: () => void;

  constructor(client: Client) {
    this.#boards = new ByDevice((device) => new Board(client, device));
    this.#forget = client.eventReceived.add((event) => this.#hear(event));
  }

  of(device: string): Board {
    return this.#boards.of(device);
  }

  stop(): void {
    this.#forget();
  }

  #hear({ from, name, value }: ChannelEvent): void {
    if (name === 'gpio.edge') this.#boards.find(from)?.hear(value);
  }
}
