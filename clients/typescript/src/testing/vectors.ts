// SPDX-License-Identifier: MIT
// The golden cases of spec/vectors, which all languages run.

import { readdirSync, readFileSync } from 'node:fs';
import { isList, isObject, member, numberMember, objectMember, stringMember } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

export interface Vector {
  readonly file: string;
  readonly name: string;
  readonly input: Uint8Array;
  readonly expect: JsonObject;
}

const root = new URL('../../../../spec/vectors/', import.meta.url);

export function vectorsOf(folder: string): readonly Vector[] {
  const files = readdirSync(new URL(`${folder}/`, root)).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const vector: unknown = JSON.parse(readFileSync(new URL(`${folder}/${file}`, root), 'utf8'));
    if (!isObject(vector)) throw new Error(`${file} is no object`);
    return {
      file,
      name: stringMember(vector, 'name') ?? file,
      input: bytesOf(member(vector, 'input')),
      expect: objectMember(vector, 'expect') ?? {},
    };
  });
}

/** One part or several: `{"text"}`, `{"hex"}`, or either in `{"repeat": {…, "count"}}`. */
function bytesOf(input: Json | undefined): Uint8Array {
  if (isList(input)) return concatenate(input.map(bytesOf));
  if (!isObject(input)) throw new Error('an input is an object, or an array of them');
  const repeat = objectMember(input, 'repeat');
  if (repeat)
    return concatenate(
      new Array<Uint8Array>(numberMember(repeat, 'count') ?? 0).fill(bytesOf(repeat)),
    );
  const text = stringMember(input, 'text');
  if (text !== undefined) return new TextEncoder().encode(text);
  const hex = stringMember(input, 'hex') ?? '';
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
