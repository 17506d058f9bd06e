// SPDX-License-Identifier: MIT
// A device's end of a sealed channel, in memory: answers hellos, carries out what it is told to, and
// tells events. It is the responder that the client has none of, as far as tests need it.

import {
  encodeEnvelope,
  type Envelope,
  type MessageType,
  type OutgoingEnvelope,
} from '../envelope.ts';
import { concatenate, hexOf, utf8 } from '../seal/bytes.ts';
import { ReceivingKey, SendingKey } from '../seal/cipher.ts';
import { makeUnknown, parseForm, type Boxed, type Hello } from '../seal/forms.ts';
import { answerHello, type EventKey } from '../seal/handshake.ts';
import { addressedTo, makeInner, parseInner } from '../seal/inner.ts';
import type { ChannelKeys, SealLevel } from '../seal/keys.ts';
import type { Primitives } from '../seal/primitives.ts';

/** A sealed message on its way: all that the hub sees of it, and may change. */
export interface Relayed {
  readonly messageType: MessageType;
  readonly from: string;
  readonly to: string;
  readonly blob: Uint8Array;
  /** The sender's, for the hub's reports. */
  readonly id?: string;
}

export interface CarriedOut {
  readonly from: string;
  readonly level: SealLevel;
  readonly envelope: Envelope;
  readonly session: DeviceSession;
}

interface DeviceSession {
  readonly initiator: string;
  readonly level: SealLevel;
  readonly send: SendingKey;
  readonly receive: ReceivingKey;
  readonly beganAt: number;
  isConfirmed: boolean;
}

export interface DeviceSettings {
  readonly channel: string;
  readonly name: string;
  readonly keys: ChannelKeys;
  now(): number;
}

export type Answer = Pick<OutgoingEnvelope, 'value' | 'blob' | 'stream'> & {
  readonly code?: number;
  readonly error?: string;
};

export class SealedDevice {
  readonly name: string;
  /** Commands that were carried out, in order. */
  readonly carriedOut: CarriedOut[] = [];
  /** Messages of initiators that never came. */
  lost = 0;
  /** Pings that were answered. */
  pinged = 0;
  /** How it answers; undefined leaves it to reply(), later or never. */
  answer: (command: Envelope, carriedOut: CarriedOut) => Answer | undefined = ({ value }) => ({
    value: value ?? null,
  });
  /** A page or a command line, which takes no sessions. */
  takesHellos = true;

  readonly #p: Primitives;
  readonly #settings: DeviceSettings;
  readonly #sessions = new Map<string, DeviceSession>();
  #identity: Uint8Array;
  #eventKeys: Record<SealLevel, { id: Uint8Array; key: SendingKey }>;
  #count = 0;

  constructor(p: Primitives, settings: DeviceSettings) {
    this.#p = p;
    this.#settings = settings;
    this.name = settings.name;
    this.#identity = this.#chance();
    this.#eventKeys = this.#makeEventKeys();
  }

  get publicKey(): string {
    return hexOf(this.#p.publicKeyOf(this.#identity));
  }

  get sessions(): readonly DeviceSession[] {
    return [...this.#sessions.values()];
  }

  /** Starts anew: all that was in memory is gone. */
  restart(): void {
    this.#sessions.clear();
    this.#eventKeys = this.#makeEventKeys();
  }

  /** Its disk is gone too. */
  changeIdentity(): void {
    this.restart();
    this.#identity = this.#chance();
  }

  /** What it says to what comes. */
  receive(message: Relayed): readonly Relayed[] {
    const form = parseForm(message.blob);
    if (message.messageType !== 'Command' || form === undefined) return [];
    if (form.kind === 'hello') return this.#welcome(message.from, form);
    if (form.kind === 'data') return this.#open(message.from, form);
    return [];
  }

  tell(level: SealLevel, name: string, value: Envelope['value']): Relayed {
    const envelope = encodeEnvelope({ messageType: 'Broadcast', name, value });
    const blob = this.#eventKeys[level].key.seal(makeInner(envelope), this.#settings.now());
    return { messageType: 'Broadcast', from: this.name, to: '*', blob };
  }

  raiseEventKeys(times: number): void {
    for (let done = 0; done < times; done++)
      for (const { key } of Object.values(this.#eventKeys)) key.raise(this.#settings.now());
  }

  #welcome(from: string, hello: Hello): readonly Relayed[] {
    if (!this.takesHellos) return [this.#response(from, makeUnknown(hello.session))];
    const { channel, keys, now } = this.#settings;
    const psk = keys.psk[hello.level];
    const id = hexOf(hello.session);
    if (psk === undefined || this.#sessions.has(id)) return [];
    const answer = answerHello(
      this.#p,
      hello,
      { channel, initiator: from, responder: this.name },
      { psk, identity: this.#identity, ephemeral: this.#chance() },
      this.#toldTo(hello.level),
    );
    if (answer === undefined) return [];
    const { send, receive } = answer.transport;
    this.#sessions.set(id, {
      initiator: from,
      level: hello.level,
      send: new SendingKey(this.#p, 'data', hello.session.slice(), send, now()),
      receive: new ReceivingKey(this.#p, receive),
      beganAt: now(),
      isConfirmed: false,
    });
    return [this.#response(from, answer.welcome)];
  }

  #open(from: string, data: Boxed): readonly Relayed[] {
    const session = this.#sessions.get(hexOf(data.id));
    if (session === undefined) return [this.#response(from, makeUnknown(data.id))];
    if (session.initiator !== from) return [];
    const opened = session.receive.open(data);
    if (!opened.ok) return [];
    session.isConfirmed = true;
    this.lost += opened.lost;
    const inner = parseInner(opened.plain);
    if (!inner.ok || inner.value.messageType !== 'Command') return [];
    return this.#carryOut(session, inner.value);
  }

  #carryOut(session: DeviceSession, command: Envelope): readonly Relayed[] {
    const now = this.#settings.now();
    if (typeof command.deadline === 'number' && now - session.beganAt > command.deadline)
      return [this.#reply(session, command, { code: 408, value: { expired: true } })];
    if (command.name === 'seal.ping') {
      this.pinged++;
      return [this.#reply(session, command, { value: {} })];
    }
    const { initiator: from, level } = session;
    const carriedOut = { from, level, envelope: command, session };
    this.carriedOut.push(carriedOut);
    const answer = this.answer(command, carriedOut);
    return answer === undefined ? [] : [this.#reply(session, command, answer)];
  }

  /** Answers a Command to which `answer` gave nothing. */
  reply({ session, envelope }: CarriedOut, answer: Answer): Relayed {
    return this.#reply(session, envelope, answer);
  }

  /** Says in its session what answers nothing: a part of a stream. */
  say({ session }: CarriedOut, message: Omit<OutgoingEnvelope, 'messageType'>): Relayed {
    const envelope = encodeEnvelope({ messageType: 'Response', ...message });
    return this.#inner(session, envelope, message.blob?.bytes);
  }

  #reply(session: DeviceSession, { id }: Envelope, answer: Answer): Relayed {
    const { code = 200, error = 'no', ...rest } = answer;
    const success = code === 200;
    const envelope = encodeEnvelope({
      messageType: 'Response',
      ...rest,
      response: { requestId: id, success, responseCode: code, ...(success ? {} : { error }) },
    });
    return this.#inner(session, envelope, rest.blob?.bytes);
  }

  #inner(session: DeviceSession, envelope: string, bytes: Uint8Array | undefined): Relayed {
    const inner = makeInner(addressedTo(envelope, session.initiator), bytes);
    return this.#response(session.initiator, session.send.seal(inner, this.#settings.now()));
  }

  #response(to: string, blob: Uint8Array): Relayed {
    return { messageType: 'Response', from: this.name, to, blob };
  }

  #toldTo(level: SealLevel): readonly EventKey[] {
    const levels: readonly SealLevel[] = level === 'control' ? ['view', 'control'] : ['view'];
    return levels.map((one) => {
      const { id, key } = this.#eventKeys[one];
      return { level: one, id, ...key.state, key: key.state.key.slice() };
    });
  }

  #makeEventKeys(): Record<SealLevel, { id: Uint8Array; key: SendingKey }> {
    const make = () => {
      const id = this.#chance().slice(0, 16);
      return { id, key: new SendingKey(this.#p, 'event', id, this.#chance(), 0) };
    };
    return { view: make(), control: make() };
  }

  /** Always other bytes, and the same in each run. */
  #chance(): Uint8Array {
    return this.#p.sha256(concatenate(utf8(`${this.#settings.name} ${this.#count++}`)));
  }
}
