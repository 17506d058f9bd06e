// SPDX-License-Identifier: MIT
#include "seal/noise.h"

#include <algorithm>
#include <array>

#include "base/try.h"

namespace malinka::seal {
namespace {

constexpr std::string_view protocol_name = "Noise_NXpsk2_25519_ChaChaPoly_SHA256";

constexpr std::size_t public_key_bytes = sizeof(PublicKey);

Result<PublicKey> read_public_key(ByteView message) {
  if (message.size() < public_key_bytes) return fail(std::errc::bad_message, "no public key");
  PublicKey key{};
  std::ranges::copy(message.first(public_key_bytes), key.begin());
  return key;
}

}  // namespace

// Section 5.2, InitializeSymmetric: the name is longer than a hash, so it is hashed.
SymmetricState::SymmetricState(ByteView prologue)
    : hash_(hash_sha256(as_bytes(protocol_name))), chaining_key_(hash_) {
  mix_hash(prologue);
}

void SymmetricState::mix_key(ByteView input) {
  std::array<Secret, 2> keys;
  derive_noise_keys(chaining_key_, input, keys);
  chaining_key_ = keys[0];
  key_ = keys[1];
  counter_ = 0;
}

void SymmetricState::mix_hash(ByteView bytes) { hash_ = hash_sha256(hash_, bytes); }

void SymmetricState::mix_key_and_hash(ByteView input) {
  std::array<Secret, 3> keys;
  derive_noise_keys(chaining_key_, input, keys);
  chaining_key_ = keys[0];
  mix_hash(keys[1].view());
  key_ = keys[2];
  counter_ = 0;
}

void SymmetricState::encrypt_and_hash(ByteView plaintext, Bytes& message) {
  const std::size_t before = message.size();
  message.resize(before + plaintext.size() + tag_bytes);
  const std::span<std::byte> box = std::span(message).subspan(before);
  seal_box(key_, counter_++, hash_, std::span(&plaintext, 1), box);
  mix_hash(box);
}

Result<Bytes> SymmetricState::decrypt_and_hash(ByteView sealed) {
  if (sealed.size() < tag_bytes) return fail(std::errc::bad_message, "shorter than a box");
  Bytes plaintext(sealed.size() - tag_bytes);
  TRY_VOID(open_box(key_, counter_, hash_, sealed, plaintext));
  ++counter_;
  mix_hash(sealed);
  return plaintext;
}

Split SymmetricState::split() const {
  std::array<Secret, 2> keys;
  derive_noise_keys(chaining_key_, {}, keys);
  return {keys[0], keys[1]};
}

NoiseInitiator::NoiseInitiator(ByteView prologue, const Secret& psk, const Secret& ephemeral)
    : state_(prologue), psk_(psk), ephemeral_(ephemeral) {}

Bytes NoiseInitiator::write_hello(ByteView payload) {
  Bytes message(ephemeral_.public_key.begin(), ephemeral_.public_key.end());  // e
  state_.mix_hash(ephemeral_.public_key);
  state_.mix_key(ephemeral_.public_key);  // Section 9.2: with a PSK, e is mixed in as well.
  state_.encrypt_and_hash(payload, message);
  return message;
}

Result<NoiseInitiator::Welcomed> NoiseInitiator::read_welcome(ByteView message) const {
  constexpr std::size_t sealed_key_bytes = public_key_bytes + tag_bytes;
  if (message.size() < public_key_bytes + sealed_key_bytes)
    return fail(std::errc::bad_message, "shorter than a welcome");
  SymmetricState state = state_;
  const PublicKey ephemeral = TRY(read_public_key(message));  // e
  state.mix_hash(ephemeral);
  state.mix_key(ephemeral);
  const Secret both_ephemeral = TRY(agree(ephemeral_.private_key, ephemeral));
  state.mix_key(both_ephemeral.view());  // ee
  const Bytes sealed_identity =
      TRY(state.decrypt_and_hash(message.subspan(public_key_bytes, sealed_key_bytes)));
  const PublicKey identity = TRY(read_public_key(sealed_identity));  // s
  const Secret with_identity = TRY(agree(ephemeral_.private_key, identity));
  state.mix_key(with_identity.view());  // es
  state.mix_key_and_hash(psk_.view());  // psk
  Bytes payload = TRY(state.decrypt_and_hash(message.subspan(public_key_bytes + sealed_key_bytes)));
  return Welcomed{identity, std::move(payload), state.split()};
}

NoiseResponder::NoiseResponder(ByteView prologue, const Secret& psk, const KeyPair& identity,
                               const Secret& ephemeral)
    : state_(prologue), psk_(psk), identity_(identity), ephemeral_(ephemeral) {}

Result<Bytes> NoiseResponder::read_hello(ByteView message) {
  initiator_ = TRY(read_public_key(message));  // e
  state_.mix_hash(initiator_);
  state_.mix_key(initiator_);
  return state_.decrypt_and_hash(message.subspan(public_key_bytes));
}

Result<NoiseResponder::Welcoming> NoiseResponder::write_welcome(ByteView payload) {
  Bytes message(ephemeral_.public_key.begin(), ephemeral_.public_key.end());  // e
  state_.mix_hash(ephemeral_.public_key);
  state_.mix_key(ephemeral_.public_key);
  const Secret both_ephemeral = TRY(agree(ephemeral_.private_key, initiator_));
  state_.mix_key(both_ephemeral.view());                   // ee
  state_.encrypt_and_hash(identity_.public_key, message);  // s
  const Secret with_identity = TRY(agree(identity_.private_key, initiator_));
  state_.mix_key(with_identity.view());  // es
  state_.mix_key_and_hash(psk_.view());  // psk
  state_.encrypt_and_hash(payload, message);
  return Welcoming{std::move(message), state_.split()};
}

}  // namespace malinka::seal
