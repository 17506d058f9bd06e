// SPDX-License-Identifier: MIT
// What the library offers; everything else is its own affair.

export { busUrl, invitationOf, invitationOfLink, type Invitation } from './address.ts';
export { decodeBase64, encodeBase64 } from './base64.ts';
export { Client } from './client.ts';
export type {
  ClientOptions,
  ClientState,
  RequestOptions,
  StreamOptions,
} from './client_options.ts';
export type { Blob, Envelope, MessageType, Outcome } from './envelope.ts';
export type { Joined, Refusal } from './join.ts';
export * from './json.ts';
export { limits } from './limits.ts';
export { problemOfName, randomHex } from './names.ts';
export type { PresenceChange, Subscriber } from './presence.ts';
export { notKnown, type Reply } from './requests.ts';
export { fail, succeed, type Failure, type Result } from './result.ts';
export { identitiesInMemory, type IdentityStore } from './seal/identities.ts';
export { viewPrefix, type SealLevel } from './seal/keys.ts';
export {
  clientName,
  sealChanged,
  sealLost,
  type ChannelEvent,
  type PeerIdentity,
} from './seal/messages.ts';
export { loadPrimitives, type Primitives, type Sha256 } from './seal/primitives.ts';
export { sealHere, sealInWorker, serveSealing } from './seal/port.ts';
export type { OpenSeal, SealPort, WorkerScope } from './seal/port.ts';
export type { SealGrant } from './sealing.ts';
export type { Stream } from './streams/stream.ts';
export { StreamError } from './streams/stream_error.ts';
export { socketsOf, type OpenSocket, type Socket, type SocketHandlers } from './socket.ts';
