// SPDX-License-Identifier: MIT
// The devices and people of a channel, as presence and descriptions tell.

import type { Client, Json, PresenceChange, Subscriber } from '@malinka/client';
import { decodeDescription, forViewer, type Description } from './description.ts';

export interface Device {
  readonly name: string;
  readonly isPresent: boolean;
  readonly description: Description | undefined;
  /** Why it could not be described. */
  readonly problem: string | undefined;
}

/** Devices that left are shown as such, the latest of them. */
const absentMax = 64;

export class Devices {
  /** By name, in the order of the alphabet. */
  all = $state.raw<readonly Device[]>([]);
  /** Others who look on, as we do. */
  people = $state.raw<readonly string[]>([]);

  /** How many there are in all, where they are too many to tell of each; else undefined. */
  crowd = $state.raw<number | undefined>(undefined);

  readonly #client: Client;
  readonly #forget: readonly (() => void)[];

  constructor(client: Client) {
    this.#client = client;
    this.#forget = [
      client.presenceChanged.add((change) => this.#apply(change)),
      client.identityMet.add(({ name, state }) => {
        // One that was refused may be asked now.
        if (state !== 'changed' && this.find(name)?.problem !== undefined) void this.describe(name);
      }),
    ];
  }

  find(name: string | undefined): Device | undefined {
    return this.all.find((device) => device.name === name);
  }

  /** Asks a device again what it can do. */
  async describe(name: string): Promise<void> {
    const reply = await this.#client.request(name, 'agent.describe');
    const device = this.find(name);
    if (device === undefined) return;
    const description = reply.success ? this.#decode(reply.value) : undefined;
    const problem = reply.success ? 'It did not describe itself.' : reply.error;
    this.#put({
      ...device,
      description: description ?? device.description,
      problem: description ? undefined : problem,
    });
  }

  #decode(value: Json | undefined): Description | undefined {
    const description = decodeDescription(value);
    if (description === undefined || this.#client.grant?.level !== 'view') return description;
    return forViewer(description);
  }

  stop(): void {
    for (const forget of this.#forget) forget();
  }

  #apply(change: PresenceChange): void {
    if (change.kind === 'crowd') return this.#crowded(change.count);
    if (change.kind === 'reset') {
      this.crowd = undefined;
      return this.#reset(change.subscribers);
    }
    if (change.kind === 'joined') return this.#joined(change.subscriber);
    this.people = this.people.filter((name) => name !== change.name);
    const device = this.find(change.name);
    if (device) this.#put({ ...device, isPresent: false });
  }

  /** Its devices are asked for once; who comes and goes since is not told. */
  #crowded(count: number): void {
    const isNew = this.crowd === undefined;
    this.crowd = count;
    if (!isNew) return;
    this.people = [];
    void this.#client.list().then((subscribers) => {
      if (this.crowd !== undefined) this.#reset(subscribers.filter(({ device }) => device));
    });
  }

  #reset(subscribers: readonly Subscriber[]): void {
    const present = new Set(subscribers.map(({ name }) => name));
    this.people = [];
    this.all = this.all.map((device) => ({ ...device, isPresent: present.has(device.name) }));
    for (const subscriber of subscribers) this.#joined(subscriber);
  }

  #joined({ name, device }: Subscriber): void {
    if (!device) {
      this.people = [...this.people.filter((one) => one !== name), name].sort(byName);
      return;
    }
    const known = this.find(name);
    this.#put({ name, isPresent: true, description: known?.description, problem: undefined });
    void this.describe(name);
  }

  #put(device: Device): void {
    const others = this.all.filter(({ name }) => name !== device.name);
    const absent = others.filter(({ isPresent }) => !isPresent);
    const tooMany = new Set(absent.slice(0, Math.max(0, absent.length - absentMax)));
    this.all = [...others.filter((one) => !tooMany.has(one)), device].sort((a, b) =>
      byName(a.name, b.name),
    );
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
