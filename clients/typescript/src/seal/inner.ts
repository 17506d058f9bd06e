// SPDX-License-Identifier: MIT
// What is in a box: a message in the form of section 5, whose envelope may be as long as the message.

import { decodeBinary } from '../binary.ts';
import type { Blob, Envelope } from '../envelope.ts';
import { limits } from '../limits.ts';
import type { Result } from '../result.ts';
import { utf8, viewOf } from './bytes.ts';

const lengthBytes = 4;

export function makeInner(envelope: string, blob?: Uint8Array): Uint8Array {
  const head = utf8(envelope);
  const message = new Uint8Array(lengthBytes + head.length + (blob?.length ?? 0));
  viewOf(message).setUint32(0, head.length, true);
  message.set(head, lengthBytes);
  if (blob) message.set(blob, lengthBytes + head.length);
  return message;
}

/** Errors: 400 and what is wrong. */
export function parseInner(message: Uint8Array): Result<Envelope> {
  return decodeBinary(message, limits.sealMessageBytesMax);
}

/**
 * An envelope to several, made one's own for a recipient: `envelope` is what encodeEnvelope() wrote.
 * The deadline is in milliseconds since the session began.
 */
export function addressedTo(envelope: string, recipient: string, deadline?: number): string {
  const due = deadline === undefined ? '' : `"deadline":${Math.floor(deadline)},`;
  return `{"recipients":${JSON.stringify([recipient])},${due}${envelope.slice(1)}`;
}

/** What surrounds an inner message on its way: the outer envelope with two names, header and tag. */
const aroundBytes = 2048;

/** Whether a message of this envelope and blob fits one of `bytesMax` once it is sealed. */
export function fitsSealed(envelope: string, blob: Blob | undefined, bytesMax: number): boolean {
  const most = Math.min(bytesMax, limits.sealMessageBytesMax) - aroundBytes;
  const left = most - (blob?.bytes.length ?? 0);
  if (envelope.length * 3 <= left) return true;
  return envelope.length <= left && utf8(envelope).length <= left;
}
