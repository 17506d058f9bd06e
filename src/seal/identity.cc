// SPDX-License-Identifier: MIT
#include "seal/identity.h"

#include <array>
#include <cstdint>

#include "base/assert.h"
#include "base/base32.h"
#include "base/limits.h"
#include "seal/numbers.h"

namespace malinka::seal {
namespace {

constexpr std::size_t fingerprint_bytes = 16;
constexpr std::size_t fingerprint_group = 4;

/// `text` is a name, of which nothing is as long as its length could say.
void append_text(Bytes& bytes, std::string_view text) {
  ASSERT(text.size() <= limits::name_bytes_max);
  append_number(bytes, static_cast<std::uint16_t>(text.size()));
  append(bytes, text);
}

}  // namespace

std::string fingerprint_of(const PublicKey& identity) {
  std::array<std::byte, 32> hash{};
  hash_blake2b(identity, hash);
  return base::grouped(base::encode_base32(ByteView(hash).first(fingerprint_bytes)),
                       fingerprint_group);
}

Bytes make_prologue(Level level, const Id& session, const SessionPlace& place) {
  Bytes prologue = to_bytes(limits::protocol_version);
  prologue.push_back(std::byte{0});
  prologue.push_back(static_cast<std::byte>(level));
  append(prologue, session);
  append_text(prologue, place.channel);
  append_text(prologue, place.initiator);
  append_text(prologue, place.responder);
  return prologue;
}

}  // namespace malinka::seal
