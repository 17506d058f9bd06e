// SPDX-License-Identifier: MIT
// The handshake Noise_NXpsk2_25519_ChaChaPoly_SHA256, its two ends. Source: the Noise Protocol
// Framework, revision 34; the pattern is
//
//   -> e
//   <- e, ee, s, es, psk

#pragma once

#include "base/bytes.h"
#include "malinka/result.h"
#include "seal/primitives.h"

namespace malinka::seal {

/// A private key and the public one that goes with it. **Value.**
struct KeyPair {
  explicit KeyPair(const Secret& secret) : private_key(secret), public_key(public_key_of(secret)) {}

  Secret private_key;
  PublicKey public_key;
};

/// What both ends have when a handshake is done.
struct Split {
  Secret initiator_key;  ///< Seals what the initiator sends.
  Secret responder_key;
};

/// The keys and the hash that a handshake builds up. Noise section 5.2.
class SymmetricState {
 public:
  explicit SymmetricState(ByteView prologue);

  void mix_key(ByteView input);
  void mix_hash(ByteView bytes);
  void mix_key_and_hash(ByteView input);
  /// Appends the sealed `plaintext` to `message`.
  void encrypt_and_hash(ByteView plaintext, Bytes& message);
  /// Errors: std::errc::bad_message.
  [[nodiscard]] Result<Bytes> decrypt_and_hash(ByteView sealed);
  [[nodiscard]] Split split() const;

 private:
  Hash hash_;
  Secret chaining_key_;
  Secret key_;  // Always there: in this pattern, e mixes one in before anything is sealed.
  std::uint64_t counter_ = 0;
};

/// Who begins. Its copy of the keys goes with it. **Value.**
class NoiseInitiator {
 public:
  NoiseInitiator(ByteView prologue, const Secret& psk, const Secret& ephemeral);

  /// The first message.
  [[nodiscard]] Bytes write_hello(ByteView payload);

  struct Welcomed {
    PublicKey
        identity{};  ///< The responder's static key, which the PSK's holders have vouched for.
    Bytes payload;
    Split split;
  };
  /// Takes the second message. May be tried again with another one where this fails. Errors:
  /// std::errc::bad_message.
  [[nodiscard]] Result<Welcomed> read_welcome(ByteView message) const;

 private:
  SymmetricState state_;
  Secret psk_;
  KeyPair ephemeral_;
};

/// Who answers. **Value.**
class NoiseResponder {
 public:
  NoiseResponder(ByteView prologue, const Secret& psk, const KeyPair& identity,
                 const Secret& ephemeral);

  /// Takes the first message and gives its payload. Errors: std::errc::bad_message.
  [[nodiscard]] Result<Bytes> read_hello(ByteView message);

  struct Welcoming {
    Bytes message;
    Split split;
  };
  /// The second message; once, after read_hello. Errors: std::errc::bad_message, where the
  /// initiator's key is of low order.
  [[nodiscard]] Result<Welcoming> write_welcome(ByteView payload);

 private:
  SymmetricState state_;
  Secret psk_;
  KeyPair identity_;
  KeyPair ephemeral_;
  PublicKey initiator_{};
};

}  // namespace malinka::seal
