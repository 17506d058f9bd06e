// SPDX-License-Identifier: MIT
// The remote control of each device's TV: what is known of it, and what it is being told.

import type { ChannelEvent, Client, JsonObject } from '@malinka/client';
import { ByDevice } from '../../components/by_device.ts';
import { decodeNews, decodeStatus, withNews, type TvStatus } from './status.ts';

/** A TV takes half a minute to wake up, and may have to finish something else first. */
const answerMilliseconds = 120_000;

export type TvCommand = 'tv.status' | 'tv.on' | 'tv.off' | 'tv.focus' | 'tv.volume';

export class Remote {
  status = $state.raw<TvStatus | undefined>();
  /** What it is being told, one at a time; undefined: nothing. */
  underWay = $state<TvCommand | undefined>();
  problem = $state('');

  readonly #client: Client;
  readonly #device: string;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
  }

  get isBusy(): boolean {
    return this.underWay !== undefined && this.underWay !== 'tv.status';
  }

  /** Who presses a key while another is under way presses it for nothing. */
  async tell(command: TvCommand, value: JsonObject = {}): Promise<void> {
    if (this.isBusy || (command === 'tv.status' && this.underWay)) return;
    this.underWay = command;
    const options = { timeoutMilliseconds: answerMilliseconds };
    const reply = await this.#client.request(this.#device, command, value, options);
    // A question that a key overtook has nothing more to say.
    if (this.underWay !== command) return;
    this.underWay = undefined;
    const status = reply.success ? decodeStatus(reply.value) : undefined;
    if (status) this.status = status;
    this.problem = reply.success ? '' : reply.error;
    if (reply.success && !status) this.problem = 'The device said nothing about its TV.';
  }

  hear(event: ChannelEvent): void {
    const news = decodeNews(event.value);
    if (news) this.status = withNews(this.status, news);
  }
}

export class Remotes {
  readonly #remotes: ByDevice<Remote>;
  readonly #forget: () => void;

  constructor(client: Client) {
    this.#remotes = new ByDevice((device) => new Remote(client, device));
    this.#forget = client.eventReceived.add((event) => {
      if (event.name === 'tv.power') this.#remotes.find(event.from)?.hear(event);
    });
  }

  of(device: string): Remote {
    return this.#remotes.of(device);
  }

  stop(): void {
    this.#forget();
  }
}
