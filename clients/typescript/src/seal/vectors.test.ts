// SPDX-License-Identifier: MIT
// Runs spec/vectors/sealed: what section 8 makes of bytes.

import { beforeAll, describe, expect, test } from 'vitest';
import {
  isList,
  isObject,
  member,
  numberMember,
  objectMember,
  stringMember,
  type JsonObject,
} from '../json.ts';
import { bytesOf, bytesOfMember, casesOf } from '../testing/vectors.ts';
import { writtenForm } from '../testing/written_form.ts';
import { bytesOfHex, hexOf } from './bytes.ts';
import { ReceivingKey, SendingKey } from './cipher.ts';
import { levelOfByte, parseForm, type Form } from './forms.ts';
import { answerHello, Greeting, type EventKey, type SessionPlace } from './handshake.ts';
import { parseInner } from './inner.ts';
import { channelSecrets, fingerprintOf, keysOf, type SealLevel } from './keys.ts';
import { NoiseInitiator, NoiseResponder } from './noise.ts';
import { loadPrimitives, type Primitives } from './primitives.ts';

let p: Primitives;
beforeAll(async () => {
  p = await loadPrimitives();
});

function objects(value: JsonObject, name: string): readonly JsonObject[] {
  const list = member(value, name);
  return isList(list) ? list.filter(isObject) : [];
}

function textOf(value: JsonObject, name: string): string {
  const text = stringMember(value, name);
  if (text === undefined) throw new Error(`${name} is missing`);
  return text;
}

describe('spec/vectors/sealed/noise', () => {
  test.each(casesOf('sealed/noise'))('$file: $name', ({ given, expect: expected }) => {
    const prologue = bytesOfMember(given, 'prologueHex');
    const psk = bytesOfMember(given, 'pskHex');
    const initiator = new NoiseInitiator(p, {
      prologue,
      psk,
      ephemeral: bytesOfMember(given, 'initiatorEphemeralHex'),
    });
    const responder = new NoiseResponder(
      p,
      { prologue, psk, ephemeral: bytesOfMember(given, 'responderEphemeralHex') },
      bytesOfMember(given, 'responderStaticHex'),
    );
    const [first, second, ...later] = objects(expected, 'messages').map((message) => ({
      payload: bytesOfMember(message, 'payloadHex'),
      text: textOf(message, 'ciphertextHex'),
    }));
    if (!first || !second) throw new Error('a handshake has two messages');
    expect(hexOf(initiator.writeHello(first.payload))).toBe(first.text);
    expect(responder.readHello(bytesOfHex(first.text))).toEqual(first.payload);
    const written = responder.writeWelcome(second.payload);
    const read = initiator.readWelcome(bytesOfHex(second.text));
    if (!written || !read) throw new Error('the handshake failed');
    expect(hexOf(written.message)).toBe(second.text);
    expect(read.payload).toEqual(second.payload);
    const counters = [0n, 0n];
    later.forEach(({ payload, text }, index) => {
      const from = index % 2;
      const key = from === 0 ? read.transport.send : written.transport.send;
      const counter = counters[from] ?? 0n;
      counters[from] = counter + 1n;
      expect(hexOf(p.encrypt(key, counter, new Uint8Array(), payload))).toBe(text);
    });
    expect(written.transport.receive).toEqual(read.transport.send);
    expect(written.transport.hash).toEqual(read.transport.hash);
    const hash = stringMember(expected, 'handshakeHashHex');
    if (hash !== undefined) expect(hexOf(read.transport.hash)).toBe(hash);
  });
});

describe('spec/vectors/sealed/keys', () => {
  test.each(casesOf('sealed/keys'))('$file: $name', ({ given, expect: expected }) => {
    const [channel, password] = [textOf(given, 'channel'), textOf(given, 'password')];
    const { control, view } = channelSecrets(p, channel, password);
    const keys = keysOf(p, channel, password);
    if (!keys.ok) throw new Error(keys.failure.error);
    expect({
      controlHex: hexOf(control),
      viewHex: hexOf(view),
      joinKey: keys.value.joinKey,
      controlPskHex: hexOf(keys.value.psk.control ?? new Uint8Array()),
      viewPskHex: hexOf(keys.value.psk.view),
      viewLink: keys.value.viewLink,
    }).toEqual(expected);
  });
});

describe('spec/vectors/sealed/view_links', () => {
  test.each(casesOf('sealed/view_links'))('$file: $name', ({ input, expect: expected }) => {
    const keys = keysOf(p, 'home', new TextDecoder().decode(input));
    expect(keys.ok).toBe(member(expected, 'ok'));
    if (!keys.ok) return;
    expect(keys.value.level).toBe('view');
    expect(keys.value.psk.control).toBeUndefined();
    expect(hexOf(keys.value.psk.view)).toBe(textOf(expected, 'viewPskHex'));
    expect(keys.value.joinKey).toBe(textOf(expected, 'joinKey'));
    expect(keys.value.viewLink).toBe(textOf(expected, 'viewLink'));
  });
});

describe('spec/vectors/sealed/forms', () => {
  test.each(casesOf('sealed/forms'))('$file: $name', ({ input, expect: expected }) => {
    const form = parseForm(input);
    expect(form !== undefined).toBe(member(expected, 'ok'));
    if (form === undefined) return;
    expect(form.kind).toBe(member(expected, 'kind'));
    expect(hexOf(writtenForm(form))).toBe(hexOf(input));
    const { kind: _, ok: __, ...members } = expected;
    expect(membersOf(form)).toMatchObject(members);
  });

  function membersOf(form: Form): JsonObject {
    switch (form.kind) {
      case 'hello':
        return {
          level: form.level === 'view' ? 1 : 2,
          sessionIdHex: hexOf(form.session),
          noiseHex: hexOf(form.noise),
        };
      case 'welcome':
        return { sessionIdHex: hexOf(form.session), noiseHex: hexOf(form.noise) };
      case 'unknown':
        return { sessionIdHex: hexOf(form.session) };
      case 'data':
      case 'event':
        return {
          [form.kind === 'data' ? 'sessionIdHex' : 'keyIdHex']: hexOf(form.id),
          generation: form.generation,
          counter: String(form.counter),
          boxHex: hexOf(form.box),
        };
    }
  }
});

describe('spec/vectors/sealed/handshakes', () => {
  const cases = casesOf('sealed/handshakes');

  function levelOf(given: JsonObject): SealLevel {
    const level = levelOfByte(numberMember(given, 'level'));
    if (level === undefined) throw new Error('the level is none');
    return level;
  }

  function placeOf(given: JsonObject): SessionPlace {
    return {
      channel: textOf(given, 'channel'),
      initiator: textOf(given, 'initiator'),
      responder: textOf(given, 'responder'),
      level: levelOf(given),
      session: bytesOfMember(given, 'sessionIdHex'),
    };
  }

  function eventKeysOf(given: JsonObject): readonly EventKey[] {
    return objects(given, 'eventKeys').map((key) => ({
      level: levelOf(key),
      id: bytesOfMember(key, 'keyIdHex'),
      key: bytesOfMember(key, 'keyHex'),
      generation: numberMember(key, 'generation') ?? 0,
      next: BigInt(textOf(key, 'next')),
    }));
  }

  function greetingOf(given: JsonObject): Greeting {
    const ephemeral = bytesOfMember(given, 'initiatorEphemeralHex');
    return new Greeting(p, placeOf(given), bytesOfMember(given, 'pskHex'), ephemeral);
  }

  function answerOf(given: JsonObject, hello: Uint8Array) {
    const form = parseForm(hello);
    if (form?.kind !== 'hello') return undefined;
    const secrets = {
      psk: bytesOfMember(given, 'pskHex'),
      identity: bytesOfMember(given, 'responderStaticHex'),
      ephemeral: bytesOfMember(given, 'responderEphemeralHex'),
    };
    if (form.level !== levelOf(given)) return undefined;
    return answerHello(p, form, placeOf(given), secrets, eventKeysOf(given));
  }

  const whole = cases.filter(({ end }) => end === undefined);
  test.each(whole)('$file: $name', ({ given, expect: expected }) => {
    const greeting = greetingOf(given);
    expect(hexOf(greeting.hello)).toBe(textOf(expected, 'helloHex'));
    const answer = answerOf(given, greeting.hello);
    expect(hexOf(answer?.welcome ?? new Uint8Array())).toBe(textOf(expected, 'welcomeHex'));
    const welcome = parseForm(bytesOfMember(expected, 'welcomeHex'));
    if (welcome?.kind !== 'welcome') throw new Error('the welcome is none');
    const established = greeting.accept(welcome);
    if (!established || !answer) throw new Error('the handshake failed');
    expect(established.eventKeys).toEqual(eventKeysOf(given));
    expect(hexOf(established.identity)).toBe(textOf(expected, 'identityHex'));
    expect(fingerprintOf(p, established.identity)).toBe(textOf(expected, 'fingerprint'));
    expect(hexOf(established.transport.send)).toBe(textOf(expected, 'initiatorKeyHex'));
    expect(hexOf(established.transport.receive)).toBe(textOf(expected, 'responderKeyHex'));
    expect(answer.transport.send).toEqual(established.transport.receive);
    expect(answer.transport.receive).toEqual(established.transport.send);
  });

  const refused = cases.filter(({ end }) => end !== undefined);
  test.each(refused)('$file: $name', ({ end, given, input }) => {
    if (end === 'responder') return void expect(answerOf(given, input)).toBeUndefined();
    const form = parseForm(input);
    const accepted = form?.kind === 'welcome' ? greetingOf(given).accept(form) : undefined;
    expect(accepted).toBeUndefined();
  });
});

describe('spec/vectors/sealed/boxes', () => {
  const cases = casesOf('sealed/boxes');

  test.each(cases.filter(({ steps }) => steps.sender.length > 0))(
    '$file: $name',
    ({ given, steps }) => {
      const kind = textOf(given, 'kind') === 'data' ? 'data' : 'event';
      const id = bytesOfMember(given, 'idHex');
      const key = new SendingKey(p, kind, id, bytesOfMember(given, 'keyHex'), 0);
      for (const step of steps.sender) {
        if (member(step, 'raise') === true) key.raise(0);
        expect(hexOf(key.seal(bytesOf(member(step, 'plaintext')), 0))).toBe(
          textOf(step, 'blobHex'),
        );
      }
    },
  );

  test.each(cases.filter(({ steps }) => steps.receiver.length > 0))(
    '$file: $name',
    ({ given, steps }) => {
      const key = new ReceivingKey(
        p,
        bytesOfMember(given, 'keyHex'),
        numberMember(given, 'generation') ?? 0,
        BigInt(stringMember(given, 'next') ?? '0'),
      );
      for (const step of steps.receiver) {
        const form = parseForm(bytesOfMember(step, 'blobHex'));
        const isOurs =
          (form?.kind === 'data' || form?.kind === 'event') &&
          form.kind === stringMember(given, 'kind') &&
          hexOf(form.id) === stringMember(given, 'idHex');
        const opened = isOurs ? key.open(form) : undefined;
        const expected = objectMember(step, 'expect') ?? {};
        expect(opened?.ok ?? false).toBe(member(expected, 'ok'));
        if (!opened?.ok) continue;
        expect(hexOf(opened.plain)).toBe(textOf(expected, 'plaintextHex'));
        expect(opened.lost).toBe(numberMember(expected, 'lost'));
      }
    },
  );
});

describe('spec/vectors/sealed/inner', () => {
  test.each(casesOf('sealed/inner'))('$file: $name', ({ input, expect: expected }) => {
    const inner = parseInner(input);
    expect(inner.ok, inner.ok ? '' : inner.failure.error).toBe(member(expected, 'ok'));
    if (!inner.ok) return;
    const blob = stringMember(expected, 'blobHex');
    if (blob) expect(hexOf(inner.value.blob?.bytes ?? new Uint8Array())).toBe(blob);
    const text = stringMember(expected, 'envelope');
    if (text === undefined) return;
    const envelope: unknown = JSON.parse(text);
    if (!isObject(envelope)) throw new Error('the envelope is no object');
    expect(inner.value.messageType).toBe(member(envelope, 'messageType'));
    expect(inner.value.value).toEqual(member(envelope, 'value'));
  });
});
