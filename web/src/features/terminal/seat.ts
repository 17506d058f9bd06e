// SPDX-License-Identifier: MIT
// What a device says of its terminals (terminal.open, terminal.list), checked field by field.

import {
  booleanMember,
  isList,
  isObject,
  limits,
  member,
  numberMember,
  stringMember,
  type Json,
  type JsonObject,
} from '@malinka/client';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One's own place at a terminal. */
export interface Seat extends Size {
  readonly session: string;
  /** Whom the shell runs as. */
  readonly user: string;
  /** Whether what is typed here counts. */
  readonly isWriter: boolean;
}

/** A terminal that is open on a device. */
export interface Listed extends Size {
  readonly session: string;
  readonly since: string;
  readonly viewers: number;
}

const sizeMax = 1000;
const sessionPattern = /^[0-9a-z]{1,32}$/;

export function isSession(text: unknown): text is string {
  return typeof text === 'string' && sessionPattern.test(text);
}

/** Undefined when the reply is none that a terminal could be shown by. */
export function decodeSeat(value: Json | undefined): Seat | undefined {
  if (!isObject(value)) return undefined;
  const [session, size] = [stringMember(value, 'session'), sizeOf(value)];
  if (!isSession(session) || size === undefined) return undefined;
  const isWriter = booleanMember(value, 'writer') ?? false;
  return { session, ...size, user: stringMember(value, 'user') ?? '', isWriter };
}

export function decodeList(value: Json | undefined): readonly Listed[] {
  const list = isObject(value) ? member(value, 'sessions') : undefined;
  if (!isList(list)) return [];
  return list
    .filter(isObject)
    .map(decodeListed)
    .filter((one) => one !== undefined)
    .slice(0, limits.terminalSessionsMax);
}

function decodeListed(value: JsonObject): Listed | undefined {
  const [session, size] = [stringMember(value, 'session'), sizeOf(value)];
  if (!isSession(session) || size === undefined) return undefined;
  const since = stringMember(value, 'since') ?? '';
  return { session, ...size, since, viewers: numberMember(value, 'viewers') ?? 0 };
}

/** What a program may draw on; a hostile device asks for no memory by it. */
function sizeOf(value: JsonObject): Size | undefined {
  const [columns, rows] = [numberMember(value, 'columns'), numberMember(value, 'rows')];
  return isLength(columns) && isLength(rows) ? { columns, rows } : undefined;
}

function isLength(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= sizeMax;
}
