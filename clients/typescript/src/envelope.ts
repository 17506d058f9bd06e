// SPDX-License-Identifier: MIT
// The message that travels in a channel (docs/protocol.md section 3), and its encoding as text.

import { isObject, type Json, type JsonObject } from './json.ts';

export type MessageType = 'Command' | 'Response' | 'Broadcast';

/** An id exactly as it stood in the JSON, quotes included, so that it is echoed byte for byte. */
export type RawId = string;

export interface Blob {
  readonly name?: string;
  readonly type?: string;
  readonly bytes: Uint8Array;
}

/** What a Response says about the Command that it answers. */
export interface Outcome {
  readonly requestId: RawId | null;
  readonly success: boolean;
  readonly responseCode: number;
  readonly error?: string;
}

export interface Envelope {
  readonly messageType: MessageType;
  readonly id: RawId | null;
  readonly name: string | null;
  readonly originator: string | null;
  readonly recipients: readonly string[];
  readonly expiresAt: string | null;
  readonly value: Json | undefined;
  readonly blob: Blob | undefined;
  readonly response: Outcome | undefined;
  /** As it came; 1 says that the blob is sealed (section 8). */
  readonly sealed: Json | undefined;
  /** The text of the JSON, as it came (section 7). */
  readonly stream: string | undefined;
  /** Of a sealed Command: milliseconds since its session began. */
  readonly deadline: Json | undefined;
}

/** The JSON of an envelope; a blob's content is left to the caller (base64, or binary). */
export function encodeEnvelope(envelope: OutgoingEnvelope, blobContent?: string): string {
  const { id, blob, response, stream, ...rest } = envelope;
  const parts = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (id != null) parts.push(`"id":${id}`);
  if (stream !== undefined) parts.push(`"stream":${stream}`);
  if (response) {
    const { requestId, ...said } = response;
    parts.push(`"response":{"requestId":${requestId ?? 'null'},${JSON.stringify(said).slice(1)}`);
  }
  if (blob) {
    const { bytes, ...about } = blob;
    const content = blobContent === undefined ? {} : { content: blobContent };
    parts.push(`"blob":${JSON.stringify({ ...about, size: bytes.length, ...content })}`);
  }
  return `{${parts.join(',')}}`;
}

/** What a client writes: the hub stamps the originator. */
export type OutgoingEnvelope = { readonly messageType: MessageType } & {
  readonly [Name in Exclude<keyof Envelope, 'messageType' | 'originator'>]?:
    | Envelope[Name]
    | undefined;
};

/** The object under `value`, for replies and events whose value must be one. */
export function valueObject(envelope: { readonly value: Json | undefined }): JsonObject {
  return isObject(envelope.value) ? envelope.value : {};
}
