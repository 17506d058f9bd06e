// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { decodeBinary, encodeBinary } from './binary.ts';
import { decodeEnvelope } from './decode.ts';
import { encodeEnvelope } from './envelope.ts';
import { limits } from './limits.ts';

function errorOf(text: string): string {
  const decoded = decodeEnvelope(text);
  return decoded.ok ? 'accepted' : decoded.failure.error;
}

describe('an envelope', () => {
  test('decodes to the members that it has', () => {
    const decoded = decodeEnvelope(
      '{"messageType":"Response","id":7,"name":"x","originator":"kitchen","recipients":["phone"],' +
        '"value":{"a":[1]},"response":{"requestId":"kq3","success":false,"responseCode":404,"error":"no"}}',
    );
    expect(decoded).toEqual({
      ok: true,
      value: {
        messageType: 'Response',
        id: '7',
        name: 'x',
        originator: 'kitchen',
        recipients: ['phone'],
        expiresAt: null,
        value: { a: [1] },
        blob: undefined,
        response: { requestId: '"kq3"', success: false, responseCode: 404, error: 'no' },
      },
    });
  });

  test.each(['"a\\"b"', '123456789012345678901234567890', '1.50', '-0', '"\\u00e9"'])(
    'keeps the id %s byte for byte',
    (id) => {
      const decoded = decodeEnvelope(`{"messageType":"Command", "id" : ${id} ,"recipients":[]}`);
      expect(decoded.ok && decoded.value.id).toBe(id);
      expect(encodeEnvelope({ messageType: 'Command', id })).toContain(`"id":${id}`);
    },
  );

  test.each([
    ['{"messageType":"Command","messageType":"Command"}', 'messageType stands twice'],
    ['{"messageType":"Command","\\u006friginator":"x"}', 'backslash'],
    [
      '{"messageType":"Response","response":{"requestId":1,"requestId":2}}',
      'requestId stands twice',
    ],
    ['{"messageType":"Response","response":{"request\\u0049d":1}}', 'backslash'],
    ['{"messageType":"Command","recipients":"all"}', 'recipients'],
    ['{"messageType":"Command","recipients":[1]}', 'recipients'],
    ['{"messageType":"Command","id":{}}', 'id'],
    [`{"messageType":"Command","id":"${'x'.repeat(65)}"}`, 'longer than 64 bytes'],
    ['{"messageType":"Command","originator":5}', 'originator'],
    ['{"messageType":"Command","expiresAt":5}', 'expiresAt'],
    ['{"messageType":"Response","response":[]}', 'response'],
    ['{"messageType":"Command","blob":"x"}', 'blob'],
    ['{"messageType":"Command","blob":{"content":"%"}}', 'base64'],
    ['{"messageType":"Command","blob":{"size":2,"content":"AQID"}}', 'size'],
    ['{"messageType":"Command",}', 'not JSON'],
  ])('is refused when it is %s', (text, why) => {
    expect(errorOf(text)).toContain(why);
  });

  test('may have any other member twice, or a routing member’s name further down', () => {
    expect(
      errorOf('{"messageType":"Command","x":1,"x":2,"value":{"id":1,"id":2,"\\u0061":3}}'),
    ).toBe('accepted');
  });

  test('nested as deep as allowed is read, one deeper is refused', () => {
    const nested = (depth: number) =>
      `{"messageType":"Broadcast","value":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(errorOf(nested(limits.jsonDepthMax))).toBe('accepted');
    expect(errorOf(nested(limits.jsonDepthMax + 1))).toContain('deep');
    expect(errorOf(nested(10_000))).toContain('deep');
  });

  test('never inherits a member from its prototype', () => {
    const decoded = decodeEnvelope('{"messageType":"Broadcast","__proto__":{"name":"x"}}');
    expect(decoded.ok && decoded.value.name).toBe(null);
  });
});

describe('a binary message', () => {
  test('decodes to what was encoded', () => {
    const encoded = encodeBinary({
      messageType: 'Command',
      name: 'é',
      blob: { type: 'a/b', bytes: Uint8Array.of(0, 255) },
    });
    const decoded = encoded.ok && decodeBinary(encoded.value);
    expect(decoded && decoded.ok && decoded.value).toMatchObject({
      name: 'é',
      blob: { type: 'a/b', bytes: Uint8Array.of(0, 255) },
    });
  });

  test('cut at any byte is refused, and never throws', () => {
    const encoded = encodeBinary({
      messageType: 'Command',
      blob: { bytes: Uint8Array.of(1, 2, 3) },
    });
    if (!encoded.ok) throw new Error(encoded.failure.error);
    for (let size = 0; size < encoded.value.length; size++)
      expect(decodeBinary(encoded.value.subarray(0, size)).ok).toBe(false);
  });

  test('with bytes and no blob, or a size that lies, is refused', () => {
    expect(decodeBinary(binary('{"messageType":"Command"}', 1)).ok).toBe(false);
    expect(decodeBinary(binary('{"messageType":"Command","blob":{"size":2}}', 1)).ok).toBe(false);
    expect(decodeBinary(binary('{"messageType":"Command","blob":{"size":1}}', 1)).ok).toBe(true);
  });

  test('whose envelope is not UTF-8, or begins with a byte-order mark, is refused', () => {
    expect(decodeBinary(Uint8Array.of(2, 0, 0, 0, 0xc3, 0x28)).ok).toBe(false);
    expect(decodeBinary(binary('\ufeff{"messageType":"Command"}', 0)).ok).toBe(false);
  });

  test('whose envelope is too long is not sent', () => {
    const encoded = encodeBinary({
      messageType: 'Command',
      value: 'x'.repeat(limits.binaryEnvelopeBytesMax),
      blob: { bytes: new Uint8Array() },
    });
    expect(encoded).toMatchObject({ ok: false, failure: { code: 413 } });
  });
});

function binary(envelope: string, blobBytes: number): Uint8Array {
  const head = new TextEncoder().encode(envelope);
  const message = new Uint8Array(4 + head.length + blobBytes);
  new DataView(message.buffer).setUint32(0, head.length, true);
  message.set(head, 4);
  return message;
}
