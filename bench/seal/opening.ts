// SPDX-License-Identifier: MIT
// Two ways to open the same boxes: libsodium alone, and all that the client does from a message of
// the hub's to an event, the decoding of both envelopes included.

import { decodeBinary, encodeBinary } from '../../clients/typescript/src/binary.ts';
import { encodeEnvelope } from '../../clients/typescript/src/envelope.ts';
import { SendingKey } from '../../clients/typescript/src/seal/cipher.ts';
import { answerHello } from '../../clients/typescript/src/seal/handshake.ts';
import { parseForm, type Boxed } from '../../clients/typescript/src/seal/forms.ts';
import { makeInner } from '../../clients/typescript/src/seal/inner.ts';
import type { FromSeal } from '../../clients/typescript/src/seal/messages.ts';
import { loadPrimitives, type Primitives } from '../../clients/typescript/src/seal/primitives.ts';
import { SealedChannel } from '../../clients/typescript/src/seal/sealed_channel.ts';
import { realSurroundings } from '../../clients/typescript/src/seal/surroundings.ts';

const names = { channel: 'bench', initiator: 'phone', responder: 'kitchen' };

/** A message as the hub relays it, and the box in it. */
interface Sealed {
  readonly message: Uint8Array;
  readonly boxed: Boxed;
}

export interface Contest {
  /** Seals so many messages, which must be opened in this order. */
  seal(count: number): readonly Sealed[];
  /** Milliseconds. */
  openBare(sealed: readonly Sealed[]): number;
  openOurs(sealed: readonly Sealed[]): number;
}

/** `bytes` is how long an inner message is, about. */
export async function contest(bytes: number): Promise<Contest> {
  const p = await loadPrimitives();
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  const secret = () => realSurroundings.randomBytes(32);
  const key = secret();
  const id = secret().slice(0, 16);
  const sending = new SendingKey(p, 'event', id, key.slice(), 0);
  let heard = 0;
  const psk = secret();
  const channel: SealedChannel = listener(
    p,
    psk,
    () => heard++,
    (hello) => {
      const form = parseForm(hello);
      if (form?.kind !== 'hello') throw new Error('the hello is none');
      const eventKey = { level: 'view', id, key: key.slice(), generation: 0, next: 0n } as const;
      const secrets = { psk, identity: secret(), ephemeral: secret() };
      const answer = answerHello(p, form, names, secrets, [eventKey]);
      if (answer === undefined) throw new Error('the hello was refused');
      channel.handle({
        kind: 'received',
        messageType: 'Response',
        from: names.responder,
        blob: answer.welcome,
      });
    },
  );
  channel.handle({
    kind: 'command',
    command: {
      id: '"1"',
      recipient: names.responder,
      envelope: '{"messageType":"Command","id":"1"}',
      blob: undefined,
      timeoutMilliseconds: 60_000,
    },
  });
  const blob = { bytes: new Uint8Array(bytes).fill(7) };
  const envelope = encodeEnvelope({ messageType: 'Broadcast', name: 'camera.picture', blob });
  return {
    seal: (count) =>
      Array.from({ length: count }, () => {
        const sealed = sending.seal(makeInner(envelope, blob.bytes), 0);
        const boxed = parseForm(sealed);
        const message = encodeBinary({
          messageType: 'Broadcast',
          sealed: 1,
          blob: { bytes: sealed },
        });
        if (boxed?.kind !== 'event' || !message.ok) throw new Error('it was not sealed');
        return { message: message.value, boxed };
      }),
    openBare: (sealed) => {
      const nonce = new Uint8Array(12);
      const view = new DataView(nonce.buffer);
      const begun = performance.now();
      for (const { boxed } of sealed) {
        view.setBigUint64(4, boxed.counter, true);
        const { box, header } = boxed;
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, box, header, nonce, key);
      }
      return performance.now() - begun;
    },
    openOurs: (sealed) => {
      const before = heard;
      const begun = performance.now();
      for (const { message } of sealed) {
        const decoded = decodeBinary(message);
        if (!decoded.ok || !decoded.value.blob) throw new Error('the message is none');
        channel.handle({
          kind: 'received',
          messageType: 'Broadcast',
          from: names.responder,
          blob: decoded.value.blob.bytes,
        });
      }
      const took = performance.now() - begun;
      if (heard - before !== sealed.length) throw new Error('not all of them were opened');
      return took;
    },
  };
}

function listener(
  p: Primitives,
  psk: Uint8Array,
  onEvent: () => void,
  onHello: (blob: Uint8Array) => void,
): SealedChannel {
  const keys = { level: 'view', joinKey: '', viewLink: '', psk: { view: psk } } as const;
  const settings = {
    channel: names.channel,
    subscriber: names.initiator,
    keys,
    wantsEvents: false,
  };
  // Nobody answers in this benchmark, and nothing is due in it.
  const surroundings = { ...realSurroundings, after: () => () => {} };
  const channel = new SealedChannel(p, surroundings, settings, (message: FromSeal) => {
    if (message.kind === 'event') onEvent();
    if (message.kind === 'transmit' && message.envelope.blob?.bytes[0] === 1) {
      const { bytes } = message.envelope.blob;
      queueMicrotask(() => onHello(bytes));
    }
    if (message.kind === 'recall')
      queueMicrotask(() => channel.handle({ ...message, kind: 'recalled', key: undefined }));
  });
  return channel;
}
