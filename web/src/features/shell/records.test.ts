// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { vectorsOf } from '../../../../clients/typescript/src/testing/vectors.ts';
import { OutputRecords } from './records.ts';

const vectors = vectorsOf('streams/outputs');

/** As vectors say it; pieces of one output that follow each other are one. */
function outcomeOf(input: Uint8Array, step: number): object {
  const records = new OutputRecords();
  const told: { output: string; text?: string; bytes?: number }[] = [];
  for (let at = 0; at < input.length; at += step) {
    const pieces = records.take(input.subarray(at, at + step));
    if (pieces === undefined) return { ok: false, error: 'unknown_kind' };
    for (const piece of pieces) {
      const last = told.at(-1);
      if (piece.output === 'gap') told.push({ output: 'gap', bytes: piece.missing });
      else if (last?.output === piece.output) last.text += new TextDecoder().decode(piece.bytes);
      else told.push({ output: piece.output, text: new TextDecoder().decode(piece.bytes) });
    }
  }
  if (!records.isComplete) return { ok: false, error: 'cut_off' };
  return { ok: true, records: told };
}

describe('spec/vectors/streams/outputs', () => {
  test.each(vectors)('$file: $name, whole and byte by byte', ({ input, expect: expected }) => {
    expect(outcomeOf(input, input.length + 1)).toEqual(expected);
    expect(outcomeOf(input, 1)).toEqual(expected);
  });

  test('are all there', () => expect(vectors.length).toBeGreaterThan(7));
});
