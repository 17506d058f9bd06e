// SPDX-License-Identifier: MIT
// Reads a message (docs/protocol.md section 3) and checks every field of it: behind decodeEnvelope
// nothing checks a field again. Whether a message may be sent at all is for the hub to judge.

import { decodeBase64 } from './base64.ts';
import type { Blob, Envelope, MessageType, Outcome, RawId } from './envelope.ts';
import {
  booleanMember,
  isObject,
  isStrings,
  member,
  numberMember,
  stringMember,
  type Json,
  type JsonObject,
} from './json.ts';
import { limits } from './limits.ts';
import { membersOf, type Member } from './members.ts';
import { fail, succeed, type Result } from './result.ts';

/** The members by which messages are routed: any of them twice is refused (section 3). */
const routingMembers = [
  'messageType',
  'id',
  'originator',
  'recipients',
  'expiresAt',
  'blob',
  'response',
];
const messageTypes: readonly string[] = ['Command', 'Response', 'Broadcast'];

/**
 * Reads one message. `bytes` is what followed a binary message's envelope; a text message has none.
 * Errors: 400 and what is wrong. Never throws, whatever the text.
 */
export function decodeEnvelope(text: string, bytes?: Uint8Array): Result<Envelope> {
  const parsed = parseObject(text);
  if (!parsed.ok) return parsed;
  const { object, members } = parsed.value;

  const messageType = stringMember(object, 'messageType');
  const rawType = members.find(({ rawName }) => rawName === 'messageType')?.raw ?? '';
  if (messageType === undefined || !isMessageType(messageType) || rawType.includes('\\'))
    return fail(400, 'messageType is not Command, Response or Broadcast');

  const id = rawId(object, 'id', members);
  if (!id.ok) return id;
  // Those of a Broadcast mean nothing, whatever they are.
  const recipients = (messageType !== 'Broadcast' && member(object, 'recipients')) || [];
  if (!isStrings(recipients)) return fail(400, 'recipients is not an array of strings');
  if (recipients.length > limits.recipientsMax) return fail(400, 'too many recipients');
  const texts = optionalStrings(object, ['name', 'originator', 'expiresAt']);
  if (!texts.ok) return texts;
  const response = outcome(object, members);
  if (!response.ok) return response;
  const blob = blobOf(object, members, bytes);
  if (!blob.ok) return blob;

  return succeed({
    messageType,
    id: id.value,
    name: texts.value.name ?? null,
    originator: texts.value.originator ?? null,
    recipients,
    expiresAt: texts.value.expiresAt ?? null,
    value: member(object, 'value'),
    blob: blob.value,
    response: response.value,
    sealed: member(object, 'sealed'),
    stream: members.filter(({ rawName }) => rawName === 'stream').at(-1)?.raw,
    deadline: member(object, 'deadline'),
  });
}

function isMessageType(text: string): text is MessageType {
  return messageTypes.includes(text);
}

function parseObject(text: string): Result<{ object: JsonObject; members: readonly Member[] }> {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return fail(400, 'the message is not JSON');
  }
  if (!isObject(object)) return fail(400, 'the message is not an object');
  const { members, depth } = membersOf(text);
  if (depth > limits.jsonDepthMax) return fail(400, 'the message is nested too deep');
  const problem = problemOfMembers(members, routingMembers);
  return problem === undefined ? succeed({ object, members }) : fail(400, problem);
}

/** Section 3: two readers must not disagree about a routing member. */
function problemOfMembers(members: readonly Member[], once: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const { rawName } of members) {
    if (rawName.includes('\\')) return 'a member’s name contains a backslash';
    if (!once.includes(rawName)) continue;
    if (seen.has(rawName)) return `${rawName} stands twice`;
    seen.add(rawName);
  }
  return undefined;
}

/** Of an object that is a member. */
function innerMembers(members: readonly Member[], name: string): readonly Member[] {
  return membersOf(members.find(({ rawName }) => rawName === name)?.raw ?? '{}').members;
}

/** A string of bounded length or a number; null and absence are the same. */
function rawId(object: JsonObject, name: string, members: readonly Member[]): Result<RawId | null> {
  const value = member(object, name) ?? null;
  if (value === null) return succeed(null);
  if (typeof value !== 'string' && typeof value !== 'number')
    return fail(400, `${name} is neither a string nor a number`);
  const raw = members.find((one) => one.rawName === name)?.raw ?? '';
  const bytes = new TextEncoder().encode(raw).length - (typeof value === 'string' ? 2 : 0);
  if (bytes > limits.idBytesMax)
    return fail(400, `${name} is longer than ${limits.idBytesMax} bytes`);
  return succeed(raw);
}

function optionalStrings<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
): Result<Partial<Record<Name, string>>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = member(object, name) ?? null;
    if (value === null) continue;
    if (typeof value !== 'string') return fail(400, `${name} is not a string`);
    found[name] = value;
  }
  return succeed(found);
}

function outcome(object: JsonObject, members: readonly Member[]): Result<Outcome | undefined> {
  const value = member(object, 'response') ?? null;
  if (value === null) return succeed(undefined);
  if (!isObject(value)) return fail(400, 'response is not an object');
  const inner = innerMembers(members, 'response');
  const problem = problemOfMembers(inner, ['requestId']);
  if (problem !== undefined) return fail(400, `in response: ${problem}`);
  const requestId = rawId(value, 'requestId', inner);
  if (!requestId.ok) return requestId;
  const error = stringMember(value, 'error');
  return succeed({
    requestId: requestId.value,
    success: booleanMember(value, 'success') ?? false,
    responseCode: numberMember(value, 'responseCode') ?? 0,
    ...(error === undefined ? {} : { error }),
  });
}

function blobOf(
  object: JsonObject,
  members: readonly Member[],
  bytes: Uint8Array | undefined,
): Result<Blob | undefined> {
  const about = member(object, 'blob') ?? null;
  if (about === null) return bytes?.length ? fail(400, 'bytes without blob') : succeed(undefined);
  if (!isObject(about)) return fail(400, 'blob is not an object');
  const inner = innerMembers(members, 'blob');
  const problem = problemOfMembers(inner, ['size', 'content']);
  if (problem !== undefined) return fail(400, `in blob: ${problem}`);

  const texts = optionalStrings(about, ['content']);
  if (!texts.ok) return fail(400, 'blob.content is not a string');
  if (bytes !== undefined && texts.value.content !== undefined)
    return fail(400, 'blob.content beside bytes');
  const content = bytes ?? decodeBase64(texts.value.content ?? '');
  if (content === undefined) return fail(400, 'blob.content is not base64');
  if (!isSizeOf(content, member(about, 'size') ?? null, inner, bytes !== undefined))
    return fail(400, `blob.size is not the ${content.length} bytes that came`);

  const [name, type] = [stringMember(about, 'name'), stringMember(about, 'type')];
  return succeed({
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { type }),
    bytes: content,
  });
}

/** A size is a whole number in plain digits; only what is text, or empty, may go without it. */
function isSizeOf(
  content: Uint8Array,
  size: Json,
  members: readonly Member[],
  isBinary: boolean,
): boolean {
  if (size === null) return !isBinary || content.length === 0;
  const raw = members.find((one) => one.rawName === 'size')?.raw ?? '';
  return /^(0|[1-9]\d*)$/.test(raw) && size === content.length;
}
