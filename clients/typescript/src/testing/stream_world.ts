// SPDX-License-Identifier: MIT
// A client on a hub in memory whose streams a device accepts, in plain.

import { encodeBinary } from '../binary.ts';
import { Client } from '../client.ts';
import type { StreamOptions } from '../client_options.ts';
import type { MessageType, OutgoingEnvelope } from '../envelope.ts';
import { isObject, member, type Json, type JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import type { Stream } from '../streams/stream.ts';
import { DeviceStream } from './device_stream.ts';
import { FakeBus, stamped, type FakeConnection } from './fake_bus.ts';

type Said = Omit<OutgoingEnvelope, 'messageType'>;

/** Both ends of a stream. */
export interface Both {
  readonly stream: Stream;
  readonly device: DeviceStream;
  /** The opening Command's, as its JSON token. */
  readonly id: string;
}

export class StreamWorld {
  readonly bus = new FakeBus();
  readonly client: Client;
  readonly #devices = new Map<string, DeviceStream>();
  #heard = 0;

  constructor(value: JsonObject = {}) {
    const place = { url: 'ws://hub/bus', channel: 'home', subscriber: 'phone', instance: 'i' };
    this.client = new Client({ ...place, open: this.bus.open });
    this.client.connect();
    this.connection.admit(['kitchen', 'hall'], value);
  }

  get connection(): FakeConnection {
    return this.bus.latest;
  }

  /** What the client sent of streams, beside what opened them. */
  get parts(): readonly JsonObject[] {
    return this.connection.received.filter(
      (message) => member(streamOf(message), 'id') !== undefined,
    );
  }

  get aborts(): readonly (Json | undefined)[] {
    return this.parts.map((part) => member(streamOf(part), 'abort')).filter(Boolean);
  }

  /** Says it as `from`. */
  say(message: Said, from = 'kitchen', messageType: MessageType = 'Response'): void {
    const encoded = encodeBinary({ ...message, messageType, recipients: ['phone'] });
    if (!encoded.ok) throw new Error(encoded.failure.error);
    this.connection.sayBytes(stamped(encoded.value, from));
  }

  /** Opens one that is accepted. */
  async open(options: StreamOptions = {}, window?: number, value: Json = 'yes'): Promise<Both> {
    const opened = this.client.open('kitchen', 'files.read', { path: '/a' }, options);
    const both = this.accept(window, value);
    return { stream: await opened, ...both };
  }

  /** The Commands that ask for a stream. */
  get openings(): readonly JsonObject[] {
    return this.connection.received.filter(
      (message) => member(streamOf(message), 'window') !== undefined,
    );
  }

  /** Accepts the last stream that was asked for. */
  accept(window: number = limits.streamWindowBytes, value: Json = 'yes'): Omit<Both, 'stream'> {
    const asked = this.openings.at(-1) ?? {};
    const id = JSON.stringify(asked['id']);
    const opening = JSON.stringify(asked['stream']);
    const device = new DeviceStream(id, opening, (says) => this.say(says), window);
    this.#devices.set(id, device);
    const response = { requestId: id, success: true, responseCode: 200 };
    this.say({ stream: device.acceptance, value, response });
    return { device, id };
  }

  /** Lets the devices hear what was sent to them, until nothing follows from it. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      for (; this.#heard < this.connection.sent.length; this.#heard++) {
        this.#hear(this.connection.sent[this.#heard]);
        quiet = 0;
      }
    }
  }

  #hear(message: FakeConnection['sent'][number] | undefined): void {
    const stream = message && streamOf(message.envelope);
    const id = stream && JSON.stringify(member(stream, 'id'));
    if (message === undefined || id === undefined) return;
    const blob = message.blob && { bytes: message.blob };
    const value = member(message.envelope, 'value');
    this.#devices.get(id)?.hear({ stream: JSON.stringify(stream), value, blob });
  }
}

export function streamOf(message: JsonObject): JsonObject {
  const stream = member(message, 'stream');
  return isObject(stream) ? stream : {};
}

/** Bytes of which each place shows whether it is where it was. */
export function pattern(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 31 + (at >> 8) * 7) & 0xff);
}
