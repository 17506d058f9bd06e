// SPDX-License-Identifier: MIT
// Noise_NXpsk2_25519_ChaChaPoly_SHA256, both sides (The Noise Protocol Framework, revision 34):
//   -> e
//   <- e, ee, s, es, psk
// In a handshake with a PSK, an `e` is mixed into the key as well (section 9.2).

import { concatenate, utf8 } from './bytes.ts';
import { keyBytes, rekeyCounter, tagBytes, type Primitives } from './primitives.ts';

const protocolName = utf8('Noise_NXpsk2_25519_ChaChaPoly_SHA256');
const nothing = new Uint8Array();

/** What Split gives, seen from one side. */
export interface Transport {
  readonly send: Uint8Array;
  readonly receive: Uint8Array;
  /** The same on both sides only if both saw the same handshake. */
  readonly hash: Uint8Array;
}

export interface NoiseSettings {
  readonly prologue: Uint8Array;
  readonly psk: Uint8Array;
  /** A fresh secret key, for this handshake alone. */
  readonly ephemeral: Uint8Array;
}

/** Section 5.2. */
class SymmetricState {
  private constructor(
    private readonly p: Primitives,
    private chainingKey: Uint8Array,
    private hash: Uint8Array,
    private key: Uint8Array,
    private counter: bigint,
  ) {}

  static begin(p: Primitives, prologue: Uint8Array): SymmetricState {
    // The name is longer than a hash.
    const hash = p.sha256(protocolName);
    const state = new SymmetricState(p, hash, hash, nothing, 0n);
    state.mixHash(prologue);
    return state;
  }

  copy(): SymmetricState {
    return new SymmetricState(this.p, this.chainingKey, this.hash, this.key, this.counter);
  }

  mixHash(data: Uint8Array): void {
    this.hash = this.p.sha256(concatenate(this.hash, data));
  }

  mixKey(material: Uint8Array): void {
    const [chainingKey, key] = this.hkdf(material);
    this.chainingKey = chainingKey;
    this.setKey(key);
  }

  mixKeyAndHash(material: Uint8Array): void {
    const [chainingKey, hash, key] = this.hkdf(material);
    this.chainingKey = chainingKey;
    this.mixHash(hash);
    this.setKey(key);
  }

  mixEphemeral(publicKey: Uint8Array): void {
    this.mixHash(publicKey);
    this.mixKey(publicKey);
  }

  /** False when the points do not agree on anything secret. */
  mixAgreement(secret: Uint8Array, publicKey: Uint8Array): boolean {
    const shared = this.p.agree(secret, publicKey);
    if (shared === undefined) return false;
    this.mixKey(shared);
    return true;
  }

  encryptAndHash(plain: Uint8Array): Uint8Array {
    const box = this.p.encrypt(this.key, this.counter++, this.hash, plain);
    this.mixHash(box);
    return box;
  }

  decryptAndHash(box: Uint8Array): Uint8Array | undefined {
    const plain = this.p.decrypt(this.key, this.counter++, this.hash, box);
    this.mixHash(box);
    return plain;
  }

  /** The initiator's key first. */
  split(): readonly [Uint8Array, Uint8Array, Uint8Array] {
    const [first, second] = this.hkdf(nothing);
    return [first, second, this.hash];
  }

  private setKey(key: Uint8Array): void {
    this.key = key;
    this.counter = 0n;
  }

  /** Section 4.3. */
  private hkdf(material: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] {
    const temporary = this.p.hmacSha256(this.chainingKey, material);
    const first = this.p.hmacSha256(temporary, Uint8Array.of(1));
    const second = this.p.hmacSha256(temporary, concatenate(first, Uint8Array.of(2)));
    const third = this.p.hmacSha256(temporary, concatenate(second, Uint8Array.of(3)));
    return [first, second, third];
  }
}

export interface Welcomed {
  readonly payload: Uint8Array;
  /** The responder's static public key. */
  readonly identity: Uint8Array;
  readonly transport: Transport;
}

export class NoiseInitiator {
  readonly #p: Primitives;
  readonly #settings: NoiseSettings;
  readonly #state: SymmetricState;

  constructor(p: Primitives, settings: NoiseSettings) {
    this.#p = p;
    this.#settings = settings;
    this.#state = SymmetricState.begin(p, settings.prologue);
  }

  /** Once, first. */
  writeHello(payload: Uint8Array = nothing): Uint8Array {
    const ephemeral = this.#p.publicKeyOf(this.#settings.ephemeral);
    this.#state.mixEphemeral(ephemeral);
    return concatenate(ephemeral, this.#state.encryptAndHash(payload));
  }

  /** Undefined for what the responder did not write; then another may still be read. */
  readWelcome(message: Uint8Array): Welcomed | undefined {
    const sealedIdentity = keyBytes + keyBytes + tagBytes;
    if (message.length < sealedIdentity + tagBytes) return undefined;
    const state = this.#state.copy();
    const { ephemeral, psk } = this.#settings;
    const theirs = message.subarray(0, keyBytes);
    state.mixEphemeral(theirs);
    if (!state.mixAgreement(ephemeral, theirs)) return undefined;
    const identity = state.decryptAndHash(message.subarray(keyBytes, sealedIdentity));
    if (identity === undefined || !state.mixAgreement(ephemeral, identity)) return undefined;
    state.mixKeyAndHash(psk);
    const payload = state.decryptAndHash(message.subarray(sealedIdentity));
    if (payload === undefined) return undefined;
    const [send, receive, hash] = state.split();
    return { payload, identity, transport: { send, receive, hash } };
  }
}

export class NoiseResponder {
  readonly #p: Primitives;
  readonly #settings: NoiseSettings;
  readonly #identity: Uint8Array;
  readonly #state: SymmetricState;
  #theirs = nothing;

  /** `identity` is the static secret key. */
  constructor(p: Primitives, settings: NoiseSettings, identity: Uint8Array) {
    this.#p = p;
    this.#settings = settings;
    this.#identity = identity;
    this.#state = SymmetricState.begin(p, settings.prologue);
  }

  /** Once, first. What it carries; undefined when it was not made with this PSK and prologue. */
  readHello(message: Uint8Array): Uint8Array | undefined {
    if (message.length < keyBytes + tagBytes) return undefined;
    this.#theirs = message.slice(0, keyBytes);
    this.#state.mixEphemeral(this.#theirs);
    return this.#state.decryptAndHash(message.subarray(keyBytes));
  }

  /** Undefined when the initiator's key is of low order. */
  writeWelcome(payload: Uint8Array): { message: Uint8Array; transport: Transport } | undefined {
    const state = this.#state;
    const { ephemeral, psk } = this.#settings;
    const own = this.#p.publicKeyOf(ephemeral);
    state.mixEphemeral(own);
    if (!state.mixAgreement(ephemeral, this.#theirs)) return undefined;
    const identity = state.encryptAndHash(this.#p.publicKeyOf(this.#identity));
    if (!state.mixAgreement(this.#identity, this.#theirs)) return undefined;
    state.mixKeyAndHash(psk);
    const message = concatenate(own, identity, state.encryptAndHash(payload));
    const [receive, send, hash] = state.split();
    return { message, transport: { send, receive, hash } };
  }
}

/** REKEY (section 4.2): the next generation of a key, from which nobody finds the way back. */
export function raisedKey(p: Primitives, key: Uint8Array): Uint8Array {
  return p.encrypt(key, rekeyCounter, nothing, new Uint8Array(keyBytes)).slice(0, keyBytes);
}
