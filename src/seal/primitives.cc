// SPDX-License-Identifier: MIT
#include "seal/primitives.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <limits>
#include <memory>

#include "base/assert.h"
#include "base/limits.h"

namespace malinka::seal {
namespace {

const unsigned char* raw(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* out_of(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// Chooses libsodium's implementations for this processor; any thread may come first.
void initialize() {
  static const int state = sodium_init();
  ASSERT(state >= 0);
}

void hash_keyed(ByteView key, ByteView bytes, std::span<std::byte> out) {
  initialize();
  ASSERT(crypto_generichash(out_of(out), out.size(), raw(bytes), bytes.size(),
                            key.empty() ? nullptr : raw(key), key.size()) == 0);
}

/// HMAC-SHA256 over two pieces in a row.
Secret authenticate(const Secret& key, ByteView first, ByteView second) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, raw(ByteView(key.view())), key_bytes);
  crypto_auth_hmacsha256_update(&state, raw(first), first.size());
  crypto_auth_hmacsha256_update(&state, raw(second), second.size());
  Secret out;
  crypto_auth_hmacsha256_final(&state, out_of(out.writable()));
  sodium_memzero(&state, sizeof state);
  return out;
}

using Nonce = std::array<unsigned char, 12>;

Nonce nonce_of(std::uint64_t counter) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i)
    nonce[4 + i] = static_cast<unsigned char>((counter >> (8 * i)) & 0xFF);
  return nonce;
}

struct ContextEnd {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
/// Made anew for each box, so that no key stays behind in it.
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextEnd>;

const EVP_CIPHER* cipher() {
  static const EVP_CIPHER* const fetched =
      EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);  // Once: it takes a lock.
  ASSERT(fetched != nullptr);
  return fetched;
}

int length_of(ByteView bytes) {
  ASSERT(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(bytes.size());
}

}  // namespace

Secret derive(const Secret& key, std::string_view label) {
  Secret out;
  hash_keyed(key.view(), as_bytes(label), out.writable());
  return out;
}

void hash_blake2b(ByteView bytes, std::span<std::byte> out) { hash_keyed({}, bytes, out); }

Result<Secret> stretch_password(std::string_view password, std::span<const std::byte, 16> salt) {
  initialize();
  Secret out;
  const int failed =
      crypto_pwhash(out_of(out.writable()), key_bytes, password.data(), password.size(),
                    raw(ByteView(salt)), limits::seal_password_operations,
                    limits::seal_password_memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0)
    return fail(std::errc::not_enough_memory, "64 MiB for the password of a sealed channel");
  return out;
}

Hash hash_sha256(ByteView first, ByteView second) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, raw(first), first.size());
  crypto_hash_sha256_update(&state, raw(second), second.size());
  Hash out;
  crypto_hash_sha256_final(&state, out_of(out));
  return out;
}

void derive_noise_keys(const Secret& chaining_key, ByteView input, std::span<Secret> out) {
  const Secret temporary = authenticate(chaining_key, input, {});
  ByteView previous;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::byte number{static_cast<unsigned char>(i + 1)};
    out[i] = authenticate(temporary, previous, ByteView(&number, 1));
    previous = out[i].view();
  }
}

PublicKey public_key_of(const Secret& private_key) {
  initialize();
  PublicKey out;
  ASSERT(crypto_scalarmult_base(out_of(out), raw(ByteView(private_key.view()))) == 0);
  return out;
}

Result<Secret> agree(const Secret& private_key, const PublicKey& public_key) {
  initialize();
  Secret out;
  if (crypto_scalarmult(out_of(out.writable()), raw(ByteView(private_key.view())),
                        raw(public_key)) != 0)
    return fail(std::errc::bad_message, "a public key of low order");
  return out;
}

void seal_box(const Secret& key, std::uint64_t counter, ByteView associated,
              std::span<const ByteView> plaintext, std::span<std::byte> box) {
  const Context context(EVP_CIPHER_CTX_new());
  ASSERT(context != nullptr);
  const Nonce nonce = nonce_of(counter);
  ASSERT(EVP_EncryptInit_ex2(context.get(), cipher(), raw(ByteView(key.view())), nonce.data(),
                             nullptr) == 1);
  int written = 0;
  if (!associated.empty())
    ASSERT(EVP_EncryptUpdate(context.get(), nullptr, &written, raw(associated),
                             length_of(associated)) == 1);
  std::span<std::byte> rest = box;
  for (const ByteView piece : plaintext) {
    if (piece.empty()) continue;
    ASSERT(piece.size() + tag_bytes <= rest.size());
    ASSERT(EVP_EncryptUpdate(context.get(), out_of(rest), &written, raw(piece), length_of(piece)) ==
           1);
    rest = rest.subspan(piece.size());
  }
  ASSERT(rest.size() == tag_bytes);
  ASSERT(EVP_EncryptFinal_ex(context.get(), out_of(rest), &written) == 1);
  ASSERT(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, rest.data()) == 1);
}

Result<void> open_box(const Secret& key, std::uint64_t counter, ByteView associated, ByteView box,
                      std::span<std::byte> plaintext) {
  if (box.size() < tag_bytes || plaintext.size() != box.size() - tag_bytes)
    return fail(std::errc::bad_message, "shorter than a box");
  const Context context(EVP_CIPHER_CTX_new());
  ASSERT(context != nullptr);
  const Nonce nonce = nonce_of(counter);
  ASSERT(EVP_DecryptInit_ex2(context.get(), cipher(), raw(ByteView(key.view())), nonce.data(),
                             nullptr) == 1);
  const ByteView sealed = box.first(plaintext.size());
  const ByteView tag = box.subspan(plaintext.size());
  ASSERT(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes,
                             const_cast<std::byte*>(tag.data())) == 1);  // It only reads it.
  int written = 0;
  if (!associated.empty())
    ASSERT(EVP_DecryptUpdate(context.get(), nullptr, &written, raw(associated),
                             length_of(associated)) == 1);
  if (!sealed.empty())
    ASSERT(EVP_DecryptUpdate(context.get(), out_of(plaintext), &written, raw(sealed),
                             length_of(sealed)) == 1);
  std::array<unsigned char, tag_bytes> nothing{};
  if (EVP_DecryptFinal_ex(context.get(), nothing.data(), &written) == 1) return {};
  wipe(plaintext);
  return fail(std::errc::bad_message, "not sealed with this key");
}

Secret raise_key(const Secret& key) {
  constexpr std::array<std::byte, key_bytes> zeros{};
  std::array<std::byte, key_bytes + tag_bytes> box{};
  const ByteView piece(zeros);
  seal_box(key, std::numeric_limits<std::uint64_t>::max(), {}, std::span(&piece, 1), box);
  const Secret next(std::span<const std::byte, key_bytes>(box.data(), key_bytes));
  wipe(box);
  return next;
}

}  // namespace malinka::seal
