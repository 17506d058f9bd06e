// SPDX-License-Identifier: MIT
// The few primitives that sealing is made of (docs/protocol.md section 8). The one place that knows
// libsodium; it is loaded only when a channel is sealed.

import { limits } from '../limits.ts';

export const keyBytes = 32;
export const tagBytes = 16;
/** The nonce that REKEY takes, and that counters therefore never reach (Noise section 4.2). */
export const rekeyCounter = 0xffff_ffff_ffff_ffffn;

export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** In hexadecimal. The last call, without which its memory is not given back. */
  final(): string;
}

export interface Primitives {
  /** BLAKE2b, keyed where a key is given. */
  blake2b(size: number, message: Uint8Array, key?: Uint8Array): Uint8Array;
  sha256(message: Uint8Array): Uint8Array;
  /** Of what comes in pieces. */
  startSha256(): Sha256;
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** Argon2id: takes a fifth of a second and 64 MiB. */
  stretch(password: Uint8Array, salt: Uint8Array): Uint8Array;
  publicKeyOf(secret: Uint8Array): Uint8Array;
  /** X25519; undefined for a public key of low order. */
  agree(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** ChaCha20-Poly1305-IETF; the nonce is four zero bytes and the counter. */
  encrypt(key: Uint8Array, counter: bigint, header: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Undefined when the tag is wrong. */
  decrypt(
    key: Uint8Array,
    counter: bigint,
    header: Uint8Array,
    box: Uint8Array,
  ): Uint8Array | undefined;
}

let loading: Promise<Primitives> | undefined;

/** Needs globalThis.crypto, which Node has from version 19 on. Rejects where WebAssembly is barred. */
export function loadPrimitives(): Promise<Primitives> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Primitives> {
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  await sodium.ready;
  return {
    blake2b: (size, message, key) => sodium.crypto_generichash(size, message, key ?? null),
    sha256: (message) => sodium.crypto_hash_sha256(message),
    startSha256: () => {
      const state = sodium.crypto_hash_sha256_init();
      return {
        update: (bytes) => sodium.crypto_hash_sha256_update(state, bytes),
        final: () => sodium.crypto_hash_sha256_final(state, 'hex'),
      };
    },
    hmacSha256: (key, message) => sodium.crypto_auth_hmacsha256(message, key),
    stretch: (password, salt) =>
      sodium.crypto_pwhash(
        keyBytes,
        password,
        salt,
        limits.sealPasswordOperations,
        limits.sealPasswordMemoryBytes,
        sodium.crypto_pwhash_ALG_ARGON2ID13,
      ),
    publicKeyOf: (secret) => sodium.crypto_scalarmult_base(secret),
    agree: (secret, publicKey) => quietly(() => sodium.crypto_scalarmult(secret, publicKey)),
    encrypt: (key, counter, header, plain) =>
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, header, null, nonceOf(counter), key),
    decrypt: (key, counter, header, box) =>
      quietly(() =>
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, box, header, nonceOf(counter), key),
      ),
  };
}

function nonceOf(counter: bigint): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, counter, true);
  return nonce;
}

/** libsodium throws on what a peer can cause: a wrong tag, a point of low order. */
function quietly<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}
