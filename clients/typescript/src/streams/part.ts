// SPDX-License-Identifier: MIT
// The member `stream` of a message: what it says of the stream that the message belongs to
// (docs/protocol.md section 7).

import type { RawId } from '../envelope.ts';
import { limits } from '../limits.ts';
import { membersOf } from '../members.ts';
import type { Failure } from '../result.ts';

/** A part of the stream `id`, which is the opening Command's, as its JSON token. */
export type StreamPart =
  /** The Command that opens a stream, or the Response that accepts it: its sender's first credit. */
  | { readonly is: 'opening'; readonly id: ''; readonly window: number }
  /** The message's blob is the next piece; `seq` counts those of its sender from 0. */
  | { readonly is: 'chunk'; readonly id: RawId; readonly seq: number }
  /** So much more may be sent. */
  | { readonly is: 'credit'; readonly id: RawId; readonly bytes: number }
  /** Its sender sends no more than the `seq` chunks that it has sent. */
  | { readonly is: 'finish'; readonly id: RawId; readonly seq: number }
  /** Both directions are given up. */
  | { readonly is: 'abort'; readonly id: RawId; readonly code: number; readonly error: string };

export type StreamPartError =
  | 'not_an_object'
  | 'bad_id'
  | 'bad_number'
  | 'bad_abort'
  /** Says nothing, or two things at once. */
  | 'not_one_thing';

const problems: Readonly<Record<StreamPartError, string>> = {
  not_an_object: 'must be an object',
  bad_id: 'must be the id of the Command that opened the stream',
  bad_number: 'must be a whole number below 2^53',
  bad_abort: 'must be an object with a code',
  not_one_thing: 'must say one thing: a window, or of a stream a seq, a credit or an abort',
};

export type ParsedPart =
  | { readonly ok: true; readonly value: StreamPart }
  | { readonly ok: false; readonly error: StreamPartError };

const codeMax = 999;
const known = ['id', 'window', 'seq', 'credit', 'end', 'abort'] as const;
/** The members as they stand in the text. */
type Tokens = Partial<Record<(typeof known)[number], string>>;

/** `json` is valid JSON already. Numbers are whole and below 2^53; other members are ignored. */
export function parseStreamPart(json: string): ParsedPart {
  if (!json.startsWith('{')) return refuse('not_an_object');
  const tokens = tokensOf(json);
  if (tokens === undefined) return refuse('not_one_thing');
  if (tokens.window === undefined) return partOfStream(tokens);
  if (Object.keys(tokens).length > 1) return refuse('not_one_thing');
  const window = wholeNumber(tokens.window);
  return window === undefined ? refuse('bad_number') : take({ is: 'opening', id: '', window });
}

export function makeStreamPart(part: StreamPart): string {
  switch (part.is) {
    case 'opening':
      return `{"window":${part.window}}`;
    case 'chunk':
      return `{"id":${part.id},"seq":${part.seq}}`;
    case 'credit':
      return `{"id":${part.id},"credit":${part.bytes}}`;
    case 'finish':
      return `{"id":${part.id},"seq":${part.seq},"end":true}`;
    case 'abort': {
      const why = part.error === '' ? {} : { error: part.error };
      return `{"id":${part.id},"abort":${JSON.stringify({ code: part.code, ...why })}}`;
    }
  }
}

/** How much credit an opening, or what accepts one, gives; undefined where it is none. */
export function windowOf(json: string | undefined): number | undefined {
  const part = json === undefined ? undefined : parseStreamPart(json);
  return part?.ok && part.value.is === 'opening' ? part.value.window : undefined;
}

/** What a Command with this member is refused with, where it is none. */
export function problemOfPart(json: string | undefined): Failure | undefined {
  const part = json === undefined ? undefined : parseStreamPart(json);
  if (part === undefined || part.ok) return undefined;
  return { code: 400, error: `stream: ${problems[part.error]}` };
}

/** Undefined when a member that is known stands twice. */
function tokensOf(json: string): Tokens | undefined {
  const tokens: Tokens = {};
  for (const { rawName, raw } of membersOf(json).members) {
    const name = known.find((one) => one === rawName);
    if (name === undefined) continue;
    if (tokens[name] !== undefined) return undefined;
    tokens[name] = raw;
  }
  return tokens;
}

function partOfStream({ id, seq, credit, end, abort }: Tokens): ParsedPart {
  if (id === undefined || !isId(id)) return refuse('bad_id');
  const isEnd = end === 'true';
  if (end !== undefined && (!isEnd || seq === undefined)) return refuse('not_one_thing');
  if ([seq, credit, abort].filter((token) => token !== undefined).length !== 1)
    return refuse('not_one_thing');
  if (abort !== undefined) return abortOf(id, abort);
  const number = wholeNumber(credit ?? seq ?? '');
  if (number === undefined) return refuse('bad_number');
  if (credit !== undefined) return take({ is: 'credit', id, bytes: number });
  return take({ is: isEnd ? 'finish' : 'chunk', id, seq: number });
}

function abortOf(id: RawId, json: string): ParsedPart {
  if (!json.startsWith('{')) return refuse('bad_abort');
  let code: number | undefined;
  let error = '';
  for (const { rawName, raw } of membersOf(json).members) {
    if (rawName === 'code') code = wholeNumber(raw);
    if (rawName === 'error') error = textOf(raw);
  }
  if (code === undefined || code > codeMax) return refuse('bad_abort');
  return take({ is: 'abort', id, code, error });
}

function isId(token: string): boolean {
  const isText = token.startsWith('"');
  if (!isText && !/^[-\d]/.test(token)) return false;
  const bytes = new TextEncoder().encode(token).length - (isText ? 2 : 0);
  return bytes <= limits.idBytesMax;
}

/** In plain digits. */
function wholeNumber(token: string): number | undefined {
  const number = /^\d+$/.test(token) ? Number(token) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function textOf(token: string): string {
  const value: unknown = JSON.parse(token);
  return typeof value === 'string' ? value : '';
}

function take(value: StreamPart): ParsedPart {
  return { ok: true, value };
}

function refuse(error: StreamPartError): ParsedPart {
  return { ok: false, error };
}
