// SPDX-License-Identifier: MIT
// One connection to a hub, from its opening to its close: joins, listens, and notices when the link
// has died. It never comes back; client.ts makes the next one.

import { decodeBinary, encodeBinary } from './binary.ts';
import { encodeBase64 } from './base64.ts';
import { decodeEnvelope } from './decode.ts';
import { encodeEnvelope, type Envelope, type OutgoingEnvelope } from './envelope.ts';
import { closeCodeBase, decodeJoinAnswer, encodeJoin } from './join.ts';
import type { JoinOptions, Joined, Refusal } from './join.ts';
import { limits } from './limits.ts';
import { randomHex } from './names.ts';
import { hubName } from './requests.ts';
import { fail, succeed, type Failure, type Result } from './result.ts';
import type { OpenSocket, Socket } from './socket.ts';

export interface ConnectionHandlers {
  joined(value: Joined): void;
  received(envelope: Envelope): void;
  /** A message that is none, with why. It was dropped. */
  dropped(failure: Failure): void;
  /** The last call. A refusal is the hub's own word; anything else is worth another attempt. */
  ended(cause: Ending): void;
}

export type Ending =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Another connection took our name. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'lost'; readonly failure: Failure };

/** Opening, and a hub that first pings an older connection with our name. */
const joinMilliseconds = (limits.joinSeconds + limits.replacePingSeconds) * 1000;
const probeMilliseconds = limits.replacePingSeconds * 1000;
const normalClosure = 1000;

export class Connection {
  readonly #socket: Socket;
  readonly #options: JoinOptions;
  readonly #handlers: ConnectionHandlers;
  #phase: 'opening' | 'joining' | 'joined' | 'ended' = 'opening';
  #payloadBytesMax: number = limits.textBytesMax;
  #lastHeard = Date.now();
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, open: OpenSocket, options: JoinOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#deadline = setTimeout(
      () => this.#lose(408, 'the hub did not answer in time'),
      joinMilliseconds,
    );
    this.#socket = open(url, limits.protocolVersion, {
      opened: () => this.#join(),
      received: (data) => this.#receive(data),
      closed: (code, reason) => this.#closed(code, reason),
    });
  }

  /** Bytes that wait to be sent. */
  get bufferedBytes(): number {
    return this.#socket.bufferedBytes;
  }

  /** How large a message may be: in text, base64 makes a blob a third longer. */
  get messageBytesMax(): number {
    const isBinary = this.#socket.protocol === limits.protocolVersion;
    return isBinary ? this.#payloadBytesMax : Math.floor((this.#payloadBytesMax / 4) * 3);
  }

  /** Errors: 413 when the envelope is too large, 503 when this connection is not joined. */
  send(envelope: OutgoingEnvelope): Result<void> {
    if (this.#phase !== 'joined') return fail(503, 'not connected to the hub');
    const message = this.#encode(envelope);
    if (!message.ok) return message;
    if (isLonger(message.value, this.#payloadBytesMax))
      return fail(413, `the hub takes ${this.#payloadBytesMax} bytes in one message, and no more`);
    this.#socket.send(message.value);
    return succeed(undefined);
  }

  /** Finds out soon whether the link still works: after a sleep, or a change of network. */
  probe(): void {
    if (this.#phase !== 'joined') return;
    const asked = Date.now();
    this.#ping();
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      if (this.#lastHeard < asked) this.#lose(408, 'the hub fell silent');
    }, probeMilliseconds);
  }

  /** Leaves on purpose; `ended` is not called. */
  close(): void {
    if (this.#phase === 'ended') return;
    this.#stop();
    this.#socket.close(normalClosure, '');
  }

  #encode(envelope: OutgoingEnvelope): Result<string | Uint8Array> {
    if (envelope.blob === undefined) return succeed(encodeEnvelope(envelope));
    if (this.#socket.protocol === limits.protocolVersion) return encodeBinary(envelope);
    return succeed(encodeEnvelope(envelope, encodeBase64(envelope.blob.bytes)));
  }

  #join(): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'joining';
    this.#socket.send(encodeJoin(this.#options));
  }

  #receive(data: string | Uint8Array): void {
    this.#lastHeard = Date.now();
    if (this.#phase === 'joining') return this.#receiveAnswer(data);
    if (this.#phase !== 'joined') return;
    const decoded = typeof data === 'string' ? decodeEnvelope(data) : decodeBinary(data);
    if (decoded.ok) this.#handlers.received(decoded.value);
    else this.#handlers.dropped(decoded.failure);
  }

  #receiveAnswer(data: string | Uint8Array): void {
    const answer = decodeJoinAnswer(typeof data === 'string' ? data : '', Date.now());
    if (!answer.ok) return this.#lose(answer.failure.code, answer.failure.error);
    if (!answer.value.joined) {
      // The close with 4000 + code follows; what it says was said here in full.
      return this.#end({ kind: 'refused', refusal: answer.value.refusal }, normalClosure);
    }
    clearTimeout(this.#deadline);
    this.#phase = 'joined';
    this.#payloadBytesMax = answer.value.value.maxTextBytes;
    this.#startHeartbeat(answer.value.value.heartbeatSeconds * 1000);
    this.#handlers.joined(answer.value.value);
  }

  #startHeartbeat(period: number): void {
    this.#heartbeat = setInterval(() => {
      if (Date.now() - this.#lastHeard >= 2 * period) this.#lose(408, 'the hub fell silent');
      else this.#ping();
    }, period);
  }

  #ping(): void {
    this.send({
      messageType: 'Command',
      id: JSON.stringify(randomHex(96)),
      name: 'hub.ping',
      recipients: [hubName],
    });
  }

  #closed(code: number, reason: string): void {
    const refused = code - closeCodeBase;
    if (this.#phase === 'joined' && refused === 409) return this.#end({ kind: 'replaced' });
    if (this.#phase !== 'joined' && refused >= 400 && refused < 600)
      return this.#end({
        kind: 'refused',
        refusal: { code: refused, error: reason || `refused with ${refused}` },
      });
    this.#end({
      kind: 'lost',
      failure: { code: 503, error: reason || 'the connection to the hub was lost' },
    });
  }

  #lose(code: number, error: string): void {
    this.#end({ kind: 'lost', failure: { code, error } }, normalClosure);
  }

  #end(cause: Ending, closeCode?: number): void {
    if (this.#phase === 'ended') return;
    this.#stop();
    if (closeCode !== undefined) this.#socket.close(closeCode, '');
    this.#handlers.ended(cause);
  }

  #stop(): void {
    this.#phase = 'ended';
    clearTimeout(this.#deadline);
    clearInterval(this.#heartbeat);
  }
}

/** Of UTF-16 each unit is three bytes of UTF-8 at most: few texts need to be measured. */
function isLonger(message: string | Uint8Array, bytesMax: number): boolean {
  if (typeof message !== 'string') return message.length > bytesMax;
  return message.length * 3 > bytesMax && new TextEncoder().encode(message).length > bytesMax;
}
