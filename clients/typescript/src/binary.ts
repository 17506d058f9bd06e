// SPDX-License-Identifier: MIT
// Binary messages (docs/protocol.md section 5): the length of an envelope, the envelope, a blob.

import { decodeEnvelope } from './decode.ts';
import { encodeEnvelope, type Envelope, type OutgoingEnvelope } from './envelope.ts';
import { limits } from './limits.ts';
import { fail, succeed, type Result } from './result.ts';

const lengthBytes = 4;
const encoder = new TextEncoder();
/** A byte-order mark is kept, so that JSON.parse refuses it as the hub does. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Errors: 413 when the envelope, without its blob, is larger than a binary message allows. */
export function encodeBinary(envelope: OutgoingEnvelope): Result<Uint8Array> {
  const head = encoder.encode(encodeEnvelope(envelope));
  if (head.length > limits.binaryEnvelopeBytesMax)
    return fail(
      413,
      `the message without its blob is larger than ${limits.binaryEnvelopeBytesMax} bytes`,
    );
  const blob = envelope.blob?.bytes ?? new Uint8Array();
  const message = new Uint8Array(lengthBytes + head.length + blob.length);
  new DataView(message.buffer).setUint32(0, head.length, true);
  message.set(head, lengthBytes);
  message.set(blob, lengthBytes + head.length);
  return succeed(message);
}

/** Errors: 400 and what is wrong. The blob is a view of the message, not a copy. */
export function decodeBinary(
  message: Uint8Array,
  envelopeBytesMax: number = limits.binaryEnvelopeBytesMax,
): Result<Envelope> {
  if (message.length < lengthBytes) return fail(400, 'shorter than its length field');
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const size = view.getUint32(0, true);
  if (size > envelopeBytesMax)
    return fail(400, `the envelope is longer than ${envelopeBytesMax} bytes`);
  if (size > message.length - lengthBytes)
    return fail(400, 'the envelope is longer than the message');
  let text: string;
  try {
    text = decoder.decode(message.subarray(lengthBytes, lengthBytes + size));
  } catch {
    return fail(400, 'the envelope is not UTF-8');
  }
  return decodeEnvelope(text, message.subarray(lengthBytes + size));
}
