// SPDX-License-Identifier: MIT
// What the library offers; everything else is its own affair.

export { busUrl, invitationOf, type Invitation } from './address.ts';
export { decodeBase64, encodeBase64 } from './base64.ts';
export {
  Client,
  type ChannelEvent,
  type ClientOptions,
  type ClientState,
  type RequestOptions,
} from './client.ts';
export type { Blob, Envelope, MessageType, Outcome } from './envelope.ts';
export type { Joined, Refusal } from './join.ts';
export * from './json.ts';
export { limits } from './limits.ts';
export { problemOfName, randomHex } from './names.ts';
export type { PresenceChange, Subscriber } from './presence.ts';
export type { Reply } from './requests.ts';
export { fail, succeed, type Failure, type Result } from './result.ts';
export { socketsOf, type OpenSocket, type Socket, type SocketHandlers } from './socket.ts';
