// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { decodeEnvelope } from '../decode.ts';
import { member } from '../json.ts';
import { limits } from '../limits.ts';
import { Chance } from '../testing/chance.ts';
import { vectorsOf } from '../testing/vectors.ts';
import { makeStreamPart, parseStreamPart, windowOf, type StreamPart } from './part.ts';

const vectors = vectorsOf('streams/parts');

/** As vectors say it: what was read, or the word of what is wrong. */
function outcomeOf(json: string): object {
  const parsed = parseStreamPart(json);
  return parsed.ok ? { ok: true, ...parsed.value } : parsed;
}

describe('spec/vectors/streams/parts', () => {
  test.each(vectors)('$file: $name', ({ input, expect: expected }) => {
    expect(outcomeOf(new TextDecoder().decode(input))).toMatchObject(expected);
  });

  test('are all there', () => expect(vectors.length).toBeGreaterThan(35));
});

test.each<StreamPart>([
  { is: 'opening', id: '', window: 131_072 },
  { is: 'chunk', id: '"k1"', seq: 7 },
  { is: 'credit', id: '42', bytes: 1 },
  { is: 'finish', id: '"k1"', seq: 0 },
  { is: 'abort', id: '"k1"', code: 507, error: 'it is "full"' },
  { is: 'abort', id: '"k1"', code: 404, error: '' },
])('a part that is written is read again: $is', (part) => {
  expect(parseStreamPart(makeStreamPart(part))).toEqual({ ok: true, value: part });
});

test('what accepts a stream says its window, and nothing else does', () => {
  expect(windowOf('{"window":7}')).toBe(7);
  for (const other of [undefined, 'null', '{"window":-1}', '{"id":1,"credit":7}'])
    expect(windowOf(other)).toBeUndefined();
});

test('the member of a message is read as it was written, the last where it stands twice', () => {
  const text = '{"messageType":"Response","stream":1,"stream": {"id":1.0,"seq":2} }';
  const decoded = decodeEnvelope(text);
  expect(decoded.ok && decoded.value.stream).toBe('{"id":1.0,"seq":2}');
});

test('many thousand changed parts: none throws, and what is taken is written and read as the same', () => {
  const chance = new Chance('stream parts');
  const decoder = new TextDecoder();
  let taken = 0;
  for (let run = 0; run < 20_000; run++) {
    const part = decoder.decode(
      chance.mutated(vectors[run % vectors.length]?.input ?? new Uint8Array()),
    );
    const envelope = decodeEnvelope(`{"messageType":"Response","stream":${part}}`);
    const json = envelope.ok ? envelope.value.stream : undefined;
    if (json === undefined) continue;
    const parsed = parseStreamPart(json);
    if (!parsed.ok) continue;
    taken++;
    expect(parseStreamPart(makeStreamPart(parsed.value))).toEqual(parsed);
    for (const name of ['seq', 'bytes', 'window', 'code'])
      expect(Number(member({ ...parsed.value }, name) ?? 0)).toBeLessThan(2 ** 53);
    expect(parsed.value.id.length).toBeLessThanOrEqual(limits.idBytesMax + 2);
  }
  expect(taken).toBeGreaterThan(200);
});
