// SPDX-License-Identifier: MIT
// Bytes as vectors write them. Not part of any program.

#pragma once

#include <algorithm>
#include <string>

#include "base/json.h"
#include "base/limits.h"
#include "seal/form.h"
#include "seal/secret.h"
#include "vectors.h"

namespace malinka::seal::test {

using malinka::test::expand_input;
using malinka::test::load_vector_files;
using malinka::test::load_vectors;

[[nodiscard]] inline std::string hex_of(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte) >> 4];
    text += digits[std::to_integer<std::size_t>(byte) & 15];
  }
  return text;
}

[[nodiscard]] inline Bytes bytes_of_hex(const Json& hex) {
  return to_bytes(expand_input({{"hex", hex}}));
}

[[nodiscard]] inline Secret secret_of_hex(const Json& hex) {
  Secret secret;
  std::ranges::copy(bytes_of_hex(hex), secret.writable().begin());
  return secret;
}

[[nodiscard]] inline Id id_of_hex(const Json& hex) {
  Id id{};
  std::ranges::copy(bytes_of_hex(hex), id.begin());
  return id;
}

}  // namespace malinka::seal::test
