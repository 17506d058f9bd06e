// SPDX-License-Identifier: MIT
// A sealed channel and devices with a hub between them that does what a test tells it, and a clock
// that a test turns.

import type { Envelope, RawId } from '../envelope.ts';
import type { Json } from '../json.ts';
import { innerCommand } from '../sealing.ts';
import { identitiesInMemory } from '../seal/identities.ts';
import { keysOf, type ChannelKeys } from '../seal/keys.ts';
import type { ChannelEvent, FromSeal, PeerIdentity } from '../seal/messages.ts';
import type { Primitives } from '../seal/primitives.ts';
import { SealedChannel } from '../seal/sealed_channel.ts';
import type { Surroundings } from '../seal/surroundings.ts';
import { utf8, viewOf } from '../seal/bytes.ts';
import { SealedDevice, type Relayed } from './sealed_device.ts';

export const channelName = 'home';
export const ownName = 'phone';

let keys: ChannelKeys | undefined;

/** Argon2 once for all tests. */
export function testKeys(p: Primitives): ChannelKeys {
  if (keys) return keys;
  const made = keysOf(p, channelName, 'a password of tests');
  if (!made.ok) throw new Error(made.failure.error);
  keys = made.value;
  return keys;
}

/** Time stands still until a test turns it; chance is the same in each run. */
export class ManualSurroundings implements Surroundings {
  readonly #p: Primitives;
  #now = 1_000_000;
  #count = 0;
  #timers: { at: number; callback: () => void }[] = [];

  constructor(p: Primitives) {
    this.#p = p;
  }

  now(): number {
    return this.#now;
  }

  randomBytes(count: number): Uint8Array {
    return this.#p.blake2b(count, utf8(`chance ${this.#count++}`)).slice();
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((one) => one !== timer));
  }

  /** Turns the clock to the next timer within `until`; false when there is none. */
  step(until: number): boolean {
    const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    if (next === undefined) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    this.#timers = this.#timers.filter((one) => one !== next);
    this.#now = Math.max(this.#now, next.at);
    next.callback();
    return true;
  }
}

export interface WorldOptions {
  readonly devices?: readonly string[];
  readonly wantsEvents?: boolean;
  readonly keys?: ChannelKeys;
  /** What devices know, when it is something else. */
  readonly deviceKeys?: ChannelKeys;
}

type Failed = Extract<FromSeal, { kind: 'failed' }>;
type Undone = Extract<FromSeal, { kind: 'undone' }>;

export class SealedWorld {
  readonly surroundings: ManualSurroundings;
  readonly store = identitiesInMemory();
  readonly devices = new Map<string, SealedDevice>();
  readonly channel: SealedChannel;

  /** What the hub makes of a message; unless told otherwise, it relays it. */
  hub: (message: Relayed) => readonly Relayed[] = (message) => [message];
  /** All that passed the hub, before it did anything to it. */
  readonly seen: Relayed[] = [];

  readonly replies: { from: string; id: RawId; value: Json | undefined; blob: number }[] = [];
  readonly failures: Failed[] = [];
  readonly events: ChannelEvent[] = [];
  readonly identities: PeerIdentity[] = [];
  /** What came of streams, what of them was not delivered, and why they are over. */
  readonly parts: Envelope[] = [];
  readonly undone: Undone[] = [];
  readonly broken: string[] = [];
  discarded = 0;
  /** How long our own clock stood still while those of the devices went on, in milliseconds. */
  slept = 0;

  readonly #p: Primitives;
  readonly #queue: (() => void)[] = [];
  #asked = 0;

  constructor(p: Primitives, options: WorldOptions = {}) {
    this.#p = p;
    this.surroundings = new ManualSurroundings(p);
    const own = options.keys ?? testKeys(p);
    for (const name of options.devices ?? ['kitchen'])
      this.addDevice(name, options.deviceKeys ?? testKeys(p));
    this.channel = new SealedChannel(
      p,
      this.surroundings,
      {
        channel: channelName,
        subscriber: ownName,
        keys: own,
        wantsEvents: options.wantsEvents ?? false,
      },
      (message) => this.#hear(message),
    );
    this.join();
  }

  addDevice(name: string, deviceKeys: ChannelKeys = testKeys(this.#p)): SealedDevice {
    const now = () => this.surroundings.now() + this.slept;
    const device = new SealedDevice(this.#p, { channel: channelName, name, keys: deviceKeys, now });
    this.devices.set(name, device);
    return device;
  }

  device(name = 'kitchen'): SealedDevice {
    const device = this.devices.get(name);
    if (device === undefined) throw new Error(`there is no ${name}`);
    return device;
  }

  /** The hub lets us in and says who is there. */
  join(): void {
    const subscribers = [...this.devices.keys()].map((name) => ({ name, device: true }));
    this.channel.handle({ kind: 'presence', change: { kind: 'reset', subscribers } });
    this.settle();
  }

  joined(name = 'kitchen'): void {
    const subscriber = { name, device: true };
    this.channel.handle({ kind: 'presence', change: { kind: 'joined', subscriber } });
    this.settle();
  }

  left(name = 'kitchen'): void {
    this.channel.handle({ kind: 'presence', change: { kind: 'left', name, reason: 'lost' } });
    this.settle();
  }

  /** Asks, and returns the id. All that follows at once has happened afterwards. */
  ask(recipient = 'kitchen', value: Json = this.#asked, timeoutMilliseconds = 60_000): RawId {
    const id = this.post(recipient, value, timeoutMilliseconds);
    this.settle();
    return id;
  }

  /** As ask(), but nothing has arrived yet. */
  post(recipient: string, value: Json, timeoutMilliseconds = 60_000): RawId {
    const id = JSON.stringify(`q${this.#asked++}`);
    const envelope = innerCommand({ id, name: 'shell.run', value });
    this.channel.handle({
      kind: 'command',
      command: { id, recipient, envelope, blob: undefined, timeoutMilliseconds },
    });
    return id;
  }

  /** Hands a message to whom it is for, whatever the hub does else. */
  deliver(message: Relayed): void {
    this.#queue.push(() => this.#arrive(message));
    this.settle();
  }

  /** Passes it by the hub. */
  relay(message: Relayed): void {
    this.seen.push(message);
    for (const one of this.hub(message)) this.#queue.push(() => this.#arrive(one));
  }

  /** The hub says of a message of ours that it did not arrive. */
  report(message: Relayed | undefined, code: number): void {
    const failure = { code, error: 'the hub’s word' };
    this.channel.handle({ kind: 'undelivered', id: message?.id ?? '', failure });
    this.settle();
  }

  settle(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
  }

  /** Turns the clock, and lets all happen that is due. */
  turn(milliseconds: number): void {
    const until = this.surroundings.now() + milliseconds;
    this.settle();
    while (this.surroundings.step(until)) this.settle();
  }

  valuesAnswered(): readonly (Json | undefined)[] {
    return this.replies.map(({ value }) => value);
  }

  codesFailed(): readonly number[] {
    return this.failures.map(({ failure }) => failure.code);
  }

  carriedOut(name = 'kitchen'): readonly (Json | undefined)[] {
    return this.device(name).carriedOut.map(({ envelope }) => envelope.value);
  }

  /** What we sent of a form: 1 hello, 3 data, 5 unknown. */
  sent(form: number): readonly Relayed[] {
    return this.seen.filter(({ from, blob }) => from === ownName && blob[0] === form);
  }

  #arrive(message: Relayed): void {
    if (message.to !== ownName && message.to !== '*')
      return this.devices
        .get(message.to)
        ?.receive(message)
        .forEach((answer) => this.relay(answer));
    const { messageType, from, blob } = message;
    this.channel.handle({ kind: 'received', messageType, from, blob: blob.slice() });
  }

  #hear(message: FromSeal): void {
    switch (message.kind) {
      case 'transmit': {
        const { messageType, recipients = [], blob, id } = message.envelope;
        const bytes = blob?.bytes ?? new Uint8Array();
        for (const to of recipients)
          this.relay({ messageType, from: ownName, to, blob: bytes, ...(id ? { id } : {}) });
        return;
      }
      case 'recall':
        return void this.#queue.push(() =>
          this.channel.handle({
            kind: 'recalled',
            peer: message.peer,
            session: message.session,
            key: this.store.read(channelName, message.peer),
          }),
        );
      case 'identity':
        if (message.identity.state === 'first')
          this.store.write(channelName, message.identity.name, message.identity.key);
        return void this.identities.push(message.identity);
      case 'reply': {
        const { originator, response, value, blob } = message.envelope;
        const id = response?.requestId ?? '';
        this.replies.push({ from: originator ?? '', id, value, blob: blob?.bytes.length ?? 0 });
        return;
      }
      case 'failed':
        return void this.failures.push(message);
      case 'event':
        return void this.events.push(message.event);
      case 'part':
        return void this.parts.push(message.envelope);
      case 'undone':
        return void this.undone.push(message);
      case 'broken':
        return void this.broken.push(message.why);
      case 'discarded':
        this.discarded++;
        return;
      case 'ready':
      case 'barred':
        throw new Error('a sealed channel has its keys');
    }
  }
}

/** A message whose counter is another, or any other eight bytes at a place. */
export function withNumber(blob: Uint8Array, at: number, value: bigint): Uint8Array {
  const changed = blob.slice();
  viewOf(changed).setBigUint64(at, value, true);
  return changed;
}
