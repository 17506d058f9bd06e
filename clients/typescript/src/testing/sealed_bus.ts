// SPDX-License-Identifier: MIT
// A client of a sealed channel on a hub in memory, with a device behind it.

import { Client } from '../client.ts';
import type { ClientOptions } from '../client_options.ts';
import { encodeBinary } from '../binary.ts';
import { isStrings, member, stringMember, type JsonObject } from '../json.ts';
import { sealHere, serveSealing, type WorkerScope } from '../seal/port.ts';
import type { Primitives } from '../seal/primitives.ts';
import { FakeBus, stamped, type FakeConnection } from './fake_bus.ts';
import { SealedDevice, type Relayed } from './sealed_device.ts';
import { channelName, ownName, testKeys } from './sealed_world.ts';

export class SealedBus {
  readonly bus = new FakeBus();
  readonly client: Client;
  readonly device: SealedDevice;
  /** What the hub does with a message between client and device. */
  hub: (message: Relayed) => readonly Relayed[] = (message) => [message];
  #relayed = 0;

  /** With a view link, which needs no Argon2, unless the options say otherwise. */
  constructor(p: Primitives, options: Partial<ClientOptions> = {}) {
    const keys = testKeys(p);
    const now = () => performance.now();
    this.device = new SealedDevice(p, { channel: channelName, name: 'kitchen', keys, now });
    this.client = new Client({
      url: 'ws://hub/bus',
      open: this.bus.open,
      channel: channelName,
      subscriber: ownName,
      password: keys.viewLink,
      seal: sealHere,
      hearsEvents: false,
      ...options,
    });
  }

  get connection(): FakeConnection {
    return this.bus.latest;
  }

  /** Joins, with the device there. */
  async join(value: JsonObject = {}): Promise<void> {
    const before = this.bus.connections.length;
    this.client.connect();
    await until(() => this.bus.connections.length > before);
    this.#relayed = 0;
    this.connection.admit(['kitchen'], { devices: ['kitchen'], ...value });
  }

  /** Relays between the two until the promise settles. */
  async during<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => (isDone = true);
    promise.then(done, done);
    await this.relayUntil(() => isDone);
    return promise;
  }

  async relayUntil(condition: () => boolean): Promise<void> {
    await until(() => {
      this.relay();
      return condition();
    });
  }

  relay(): void {
    for (; this.#relayed < this.connection.sent.length; this.#relayed++) {
      const { envelope, blob } = this.connection.sent[this.#relayed] ?? {};
      if (!envelope || !blob || member(envelope, 'sealed') !== 1) continue;
      const recipients = member(envelope, 'recipients');
      const to = isStrings(recipients) ? (recipients[0] ?? '') : '';
      const messageType =
        stringMember(envelope, 'messageType') === 'Command' ? 'Command' : 'Response';
      for (const message of this.hub({ messageType, from: ownName, to, blob })) this.say(message);
    }
  }

  /** Delivers to whom it is for, with its originator stamped. */
  say(message: Relayed): void {
    if (message.to === 'kitchen')
      for (const answer of this.device.receive(message))
        for (const relayed of this.hub(answer)) this.say(relayed);
    if (message.to !== ownName && message.to !== '*') return;
    const { messageType, from, to, blob } = message;
    const encoded = encodeBinary({
      messageType,
      recipients: [to],
      sealed: 1,
      blob: { bytes: blob },
    });
    if (!encoded.ok) throw new Error(encoded.failure.error);
    this.connection.sayBytes(stamped(encoded.value, from));
  }
}

/** Clones what passes, as a worker does, with its transfers. */
export function workerInMemory(): Worker {
  const channel = new MessageChannel();
  const own = channel.port1;
  const theirs = channel.port2;
  serveSealing({
    postMessage: (message, transfer) => theirs.postMessage(message, transfer),
    addEventListener: (type, listener) => theirs.addEventListener(type, listener as EventListener),
  } as WorkerScope);
  own.start();
  theirs.start();
  return Object.assign(own, {
    terminate: () => (own.close(), theirs.close()),
  }) as unknown as Worker;
}

/** Lets all that is under way go on until it has come so far. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 100_000; turns++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came so far');
}
