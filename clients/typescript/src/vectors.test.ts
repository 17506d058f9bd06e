// SPDX-License-Identifier: MIT
// Runs spec/vectors as far as they concern one who receives what a hub has let through.

import { describe, expect, test } from 'vitest';
import { decodeBinary } from './binary.ts';
import { decodeEnvelope } from './decode.ts';
import type { Envelope } from './envelope.ts';
import { encodeJoin } from './join.ts';
import { isObject, isStrings, member, stringMember, type JsonObject } from './json.ts';
import type { Result } from './result.ts';
import { vectorsOf, type Vector } from './testing/vectors.ts';

/** What only the hub judges: to whom a message may go, and until when. */
const hubsErrors = ['bad_recipients', 'too_many_recipients', 'bad_expires_at'];
/** What passes the hub and means nothing to it, or never comes from it. */
const hubsFiles = [
  'originator_of_any_type.json', // stamped by the hub before anybody receives it
  'blob_size_max.json', // says a size that its content does not have
  'not_json_lone_high.json', // JSON.parse takes half a surrogate pair; the hub does not
  'not_json_lone_low.json',
];

function isOurs({ file, expect: expected }: Vector): boolean {
  return !hubsFiles.includes(file) && !hubsErrors.includes(stringMember(expected, 'error') ?? '');
}

function decodeText(input: Uint8Array): Result<Envelope> {
  try {
    return decodeEnvelope(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input));
  } catch {
    return { ok: false, failure: { code: 400, error: 'not UTF-8: no WebSocket delivers it' } };
  }
}

function checkMembers(envelope: Envelope, expected: JsonObject): void {
  for (const name of ['messageType', 'id', 'name', 'originator'] as const)
    if (member(expected, name) !== undefined) expect(envelope[name]).toBe(expected[name]);
  const recipients = member(expected, 'recipients');
  if (isStrings(recipients)) expect(new Set(envelope.recipients)).toEqual(new Set(recipients));
  const requestId = member(expected, 'requestId');
  if (requestId !== undefined) expect(envelope.response?.requestId).toBe(requestId);
  const value = stringMember(expected, 'value');
  if (value !== undefined) expect(envelope.value).toEqual(JSON.parse(value));
  const blobHex = stringMember(expected, 'blobHex');
  if (blobHex !== undefined) expect(hexOf(envelope.blob?.bytes)).toBe(blobHex);
}

function hexOf(bytes: Uint8Array = new Uint8Array()): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe.each([
  ['envelopes', decodeText],
  ['binary', decodeBinary],
] as const)('spec/vectors/%s', (folder, decode) => {
  test.each(vectorsOf(folder).filter(isOurs))('$file: $name', ({ input, expect: expected }) => {
    const decoded = decode(input);
    expect(decoded.ok, decoded.ok ? '' : decoded.failure.error).toBe(member(expected, 'ok'));
    if (decoded.ok) checkMembers(decoded.value, expected);
  });
});

describe('spec/vectors/joins', () => {
  const accepted = vectorsOf('joins').filter((vector) => member(vector.expect, 'ok') === true);
  const joins = accepted.map((vector) => ({ ...vector, join: joinOf(vector.input) }));

  test.each(joins)('$file: we write what $name', ({ join }) => {
    const options = {
      channel: stringMember(join, 'channel') ?? '',
      subscriber: stringMember(join, 'subscriber') ?? '',
      key: stringMember(join, 'key') ?? '',
      instance: stringMember(join, 'instance') ?? 'i',
    };
    const written = joinOf(new TextEncoder().encode(encodeJoin(options)));
    for (const name of ['messageType', 'channel', 'subscriber'])
      expect(written[name]).toEqual(join[name]);
    expect(written['key']).toBe(options.key || undefined);
  });
});

function joinOf(input: Uint8Array): JsonObject {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(input));
  return isObject(parsed) ? parsed : {};
}
