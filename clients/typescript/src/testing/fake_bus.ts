// SPDX-License-Identifier: MIT
// A hub in memory, as far as one client can see it: what tests say is what the client hears.

import { decodeBinary } from '../binary.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { OpenSocket, SocketHandlers } from '../socket.ts';

/** One connection, seen from the hub. */
export class FakeConnection {
  /** What the client sent, decoded; binary messages by their envelope. */
  readonly received: JsonObject[] = [];
  readonly texts: string[] = [];
  readonly blobs: Uint8Array[] = [];
  /** The same with its blob, in the order of sending. */
  readonly sent: { readonly envelope: JsonObject; readonly blob: Uint8Array | undefined }[] = [];
  bufferedBytes = 0;
  isClosedByClient = false;

  constructor(
    readonly url: string,
    readonly handlers: SocketHandlers,
    readonly protocol: string,
  ) {}

  get last(): JsonObject {
    return this.received.at(-1) ?? {};
  }

  /** The id of the last Command, as the JSON token that an answer must echo. */
  get lastId(): string {
    return JSON.stringify(this.last['id']);
  }

  open(): void {
    this.handlers.opened();
  }

  say(message: JsonObject | string): void {
    this.handlers.received(typeof message === 'string' ? message : JSON.stringify(message));
  }

  sayBytes(message: Uint8Array): void {
    this.handlers.received(message);
  }

  /** Opens and lets the client in, beside these others. */
  admit(subscribers: readonly string[] = [], value: JsonObject = {}): void {
    this.open();
    this.say({
      messageType: 'Response',
      name: 'Join',
      originator: '@hub',
      response: { success: true, responseCode: 200 },
      value: {
        channel: 'home',
        subscriber: 'phone',
        guarded: true,
        subscribers,
        subscriberCount: subscribers.length + 1,
        maxTextBytes: 16777216,
        queueBytes: 8388608,
        heartbeatSeconds: 30,
        time: new Date().toISOString(),
        ...value,
      },
    });
  }

  refuse(responseCode: number, error: string, value: JsonObject = {}): void {
    this.open();
    this.say({
      messageType: 'Response',
      name: 'Join',
      originator: '@hub',
      response: { success: false, responseCode, error },
      value,
    });
    this.drop(4000 + responseCode);
  }

  /** Answers the last Command as `originator`. */
  answer(originator: string, value: JsonObject, response: JsonObject = {}): void {
    this.say({
      messageType: 'Response',
      originator,
      recipients: ['phone'],
      value,
      response: {
        requestId: this.last['id'],
        success: true,
        responseCode: 200,
        ...response,
      },
    });
  }

  drop(code = 1006, reason = ''): void {
    this.handlers.closed(code, reason);
  }
}

/** Gives out connections, and keeps them for the test to look at. */
export class FakeBus {
  readonly connections: FakeConnection[] = [];

  constructor(private readonly protocol = 'malinka.v1') {}

  readonly open: OpenSocket = (url, _protocol, handlers) => {
    const connection = new FakeConnection(url, handlers, this.protocol);
    this.connections.push(connection);
    return {
      protocol: this.protocol,
      get bufferedBytes() {
        return connection.bufferedBytes;
      },
      send: (data) => receive(connection, data),
      close: () => (connection.isClosedByClient = true),
    };
  };

  get latest(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }
}

function receive(connection: FakeConnection, data: string | Uint8Array): void {
  if (typeof data === 'string') {
    connection.texts.push(data);
    connection.received.push(objectOf(data));
    connection.sent.push({ envelope: connection.last, blob: undefined });
    return;
  }
  const decoded = decodeBinary(data);
  if (!decoded.ok) throw new Error(decoded.failure.error);
  const size = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  connection.received.push(objectOf(new TextDecoder().decode(data.subarray(4, 4 + size))));
  connection.blobs.push(decoded.value.blob?.bytes ?? new Uint8Array());
  connection.sent.push({ envelope: connection.last, blob: connection.blobs.at(-1) });
}

/** The message as the hub would relay it: with its originator. */
export function stamped(message: Uint8Array, originator: string): Uint8Array {
  const size = new DataView(message.buffer).getUint32(0, true);
  const envelope = new TextDecoder().decode(message.subarray(4, 4 + size));
  const head = new TextEncoder().encode(
    `{"originator":${JSON.stringify(originator)},${envelope.slice(1)}`,
  );
  const whole = new Uint8Array(4 + head.length + message.length - 4 - size);
  new DataView(whole.buffer).setUint32(0, head.length, true);
  whole.set(head, 4);
  whole.set(message.subarray(4 + size), 4 + head.length);
  return whole;
}

function objectOf(text: string): JsonObject {
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed)) throw new Error('the client sent something that is no object');
  return parsed;
}
