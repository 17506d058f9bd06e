// SPDX-License-Identifier: MIT
// What a command printed and how it ended (shell.run), checked field by field.

import {
  booleanMember,
  decodeBase64,
  isObject,
  member,
  numberMember,
  objectMember,
  stringMember,
} from '@malinka/client';
import type { Json, JsonObject, Reply } from '@malinka/client';

export interface Output {
  readonly text: string;
  /** All that was printed; more than the text when that is a part. */
  readonly bytes: number;
  readonly part: 'all' | 'first' | 'last';
  /** The bytes were not UTF-8: the text has U+FFFD for those that have no letter. */
  readonly isBinary: boolean;
}

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  readonly durationSeconds: number | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
}

export const nothing: Output = { text: '', bytes: 0, part: 'all', isBinary: false };

/** Undefined when nothing was run. */
export function decodeOutcome(value: Json | undefined): Outcome | undefined {
  if (!isObject(value) || member(value, 'stdout') === undefined) return undefined;
  return decodeEnd(value);
}

/** Also of a job's end, which has no outputs. */
export function decodeEnd(value: JsonObject): Outcome {
  return {
    exitCode: numberMember(value, 'exitCode'),
    signal: numberMember(value, 'signal'),
    timedOut: booleanMember(value, 'timedOut') ?? false,
    cancelled: booleanMember(value, 'cancelled') ?? false,
    durationSeconds: numberMember(value, 'durationSeconds'),
    stdout: decodeOutput(objectMember(value, 'stdout')),
    stderr: decodeOutput(objectMember(value, 'stderr')),
  };
}

function decodeOutput(output: JsonObject | undefined): Output {
  if (output === undefined) return nothing;
  const binary = decodeBase64(stringMember(output, 'base64') ?? '');
  const text = stringMember(output, 'text');
  return {
    text: text ?? new TextDecoder().decode(binary),
    bytes: numberMember(output, 'bytes') ?? 0,
    part: booleanMember(output, 'cut') === true ? 'first' : 'all',
    isBinary: text === undefined && binary !== undefined && binary.length > 0,
  };
}

export interface Verdict {
  readonly kind: 'good' | 'warn' | 'bad';
  readonly words: string;
}

/** How it went, in a few words. */
export function verdictOf(reply: Pick<Reply, 'code'>, outcome: Outcome | undefined): Verdict {
  if (outcome?.timedOut) return { kind: 'warn', words: 'timed out' };
  if (outcome?.cancelled) return { kind: 'warn', words: 'cancelled' };
  if (outcome?.signal !== undefined) return { kind: 'bad', words: `signal ${outcome.signal}` };
  if (outcome?.exitCode === 0) return { kind: 'good', words: 'exit 0' };
  if (outcome?.exitCode !== undefined) return { kind: 'bad', words: `exit ${outcome.exitCode}` };
  return { kind: 'bad', words: reply.code > 0 ? `error ${reply.code}` : 'error' };
}
