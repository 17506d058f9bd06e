// SPDX-License-Identifier: MIT
// The primitives that sealing is made of, and nothing of how: the one place that knows libsodium,
// and OpenSSL for boxes, where it is three times as fast. docs/protocol.md section 8.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "malinka/result.h"
#include "seal/secret.h"

namespace malinka::seal {

using Hash = std::array<std::byte, 32>;
using PublicKey = std::array<std::byte, 32>;

/// What a box is longer than what is in it.
inline constexpr std::size_t tag_bytes = 16;

/// BLAKE2b-256 with `key` over an ASCII label: section 8's H.
[[nodiscard]] Secret derive(const Secret& key, std::string_view label);
/// BLAKE2b of `bytes`, without a key, 16 to 64 bytes long as `out` is.
void hash_blake2b(ByteView bytes, std::span<std::byte> out);
/// Argon2id13 with section 8's cost: a tenth of a second and 64 MiB. Errors:
/// std::errc::not_enough_memory.
[[nodiscard]] Result<Secret> stretch_password(std::string_view password,
                                              std::span<const std::byte, 16> salt);

/// SHA-256 of both, in a row.
[[nodiscard]] Hash hash_sha256(ByteView first, ByteView second = {});
/// Noise's HKDF: as many outputs as `out` has, 2 or 3. Noise revision 34, section 4.3.
void derive_noise_keys(const Secret& chaining_key, ByteView input, std::span<Secret> out);

/// X25519. `private_key` is any 32 bytes.
[[nodiscard]] PublicKey public_key_of(const Secret& private_key);
/// Errors: std::errc::bad_message for a point of low order.
[[nodiscard]] Result<Secret> agree(const Secret& private_key, const PublicKey& public_key);

/// ChaCha20-Poly1305 (RFC 8439 section 2.8), the nonce being 4 zero bytes and `counter`: seals
/// `plaintext`, its pieces in a row, to `box`, which is tag_bytes longer than all of them.
void seal_box(const Secret& key, std::uint64_t counter, ByteView associated,
              std::span<const ByteView> plaintext, std::span<std::byte> box);
/// The way back; `plaintext` is tag_bytes shorter than `box`, and wiped where this fails. Errors:
/// std::errc::bad_message.
[[nodiscard]] Result<void> open_box(const Secret& key, std::uint64_t counter, ByteView associated,
                                    ByteView box, std::span<std::byte> plaintext);
/// The key that follows `key` and does not lead back. Noise section 4.2, REKEY.
[[nodiscard]] Secret raise_key(const Secret& key);

}  // namespace malinka::seal
