// SPDX-License-Identifier: MIT
// The golden cases of spec/vectors, which all languages run.

import { readdirSync, readFileSync } from 'node:fs';
import { isList, isObject, member, numberMember, objectMember, stringMember } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { bytesOfHex, concatenate } from '../seal/bytes.ts';

export interface Vector {
  readonly file: string;
  readonly name: string;
  readonly input: Uint8Array;
  readonly expect: JsonObject;
}

const root = new URL('../../../../spec/vectors/', import.meta.url);

export function vectorsOf(folder: string): readonly Vector[] {
  return filesOf(folder).map(([file, vector]) => ({
    file,
    name: stringMember(vector, 'name') ?? file,
    input: bytesOf(member(vector, 'input')),
    expect: objectMember(vector, 'expect') ?? {},
  }));
}

/** A case of spec/vectors/sealed: what is not there is empty. */
export interface SealedCase extends Vector {
  readonly given: JsonObject;
  readonly end: string | undefined;
  readonly steps: {
    readonly sender: readonly JsonObject[];
    readonly receiver: readonly JsonObject[];
  };
}

export function casesOf(folder: string): readonly SealedCase[] {
  return filesOf(folder).map(([file, vector]) => ({
    file,
    name: stringMember(vector, 'name') ?? file,
    input: bytesOf(member(vector, 'input') ?? []),
    expect: objectMember(vector, 'expect') ?? {},
    given: objectMember(vector, 'given') ?? {},
    end: stringMember(vector, 'end'),
    steps: { sender: stepsOf(vector, 'sender'), receiver: stepsOf(vector, 'receiver') },
  }));
}

function stepsOf(vector: JsonObject, name: string): readonly JsonObject[] {
  const steps = member(vector, name);
  return isList(steps) ? steps.filter(isObject) : [];
}

function filesOf(folder: string): readonly (readonly [string, JsonObject])[] {
  const files = readdirSync(new URL(`${folder}/`, root)).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const vector: unknown = JSON.parse(readFileSync(new URL(`${folder}/${file}`, root), 'utf8'));
    if (!isObject(vector)) throw new Error(`${file} is no object`);
    return [file, vector] as const;
  });
}

/** One part or several: `{"text"}`, `{"hex"}`, or either in `{"repeat": {…, "count"}}`. */
export function bytesOf(input: Json | undefined): Uint8Array {
  if (isList(input)) return concatenate(...input.map(bytesOf));
  if (!isObject(input)) throw new Error('an input is an object, or an array of them');
  const repeat = objectMember(input, 'repeat');
  if (repeat)
    return concatenate(
      ...new Array<Uint8Array>(numberMember(repeat, 'count') ?? 0).fill(bytesOf(repeat)),
    );
  const text = stringMember(input, 'text');
  if (text !== undefined) return new TextEncoder().encode(text);
  return bytesOfMember(input, 'hex');
}

/** Of a member that has hexadecimal digits. */
export function bytesOfMember(object: JsonObject, name: string): Uint8Array {
  return bytesOfHex(stringMember(object, name) ?? '');
}
