// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <simdjson.h>

#include <algorithm>

namespace malinka::base {
namespace {

constexpr std::uint8_t lowest_continuation = 0x80;
constexpr std::uint8_t highest_continuation = 0xBF;
constexpr std::size_t character_bytes_max = 4;

std::uint8_t to_byte(char character) { return static_cast<std::uint8_t>(character); }

bool is_continuation(char character) {
  return to_byte(character) >= lowest_continuation && to_byte(character) <= highest_continuation;
}

/// How long the character is that `lead` begins, if it begins one.
std::size_t character_bytes(char lead) {
  if (to_byte(lead) >= 0xF0) return 4;
  if (to_byte(lead) >= 0xE0) return 3;
  return to_byte(lead) >= 0xC0 ? 2 : 1;
}

/// Where a character begins at the end of `text` that does not end in it; else its size.
std::size_t find_cut_character(std::string_view text) {
  const std::size_t far = text.size() - std::min(text.size(), character_bytes_max - 1);
  for (std::size_t i = text.size(); i-- > far;) {
    if (is_continuation(text[i])) continue;
    return i + character_bytes(text[i]) > text.size() ? i : text.size();
  }
  return text.size();
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

bool Utf8Validator::accept(std::string_view piece) {
  for (; bytes_wanted_ > 0 && !piece.empty(); piece.remove_prefix(1))
    if (!accept_byte(to_byte(piece.front()))) return false;
  const std::size_t cut = find_cut_character(piece);
  return is_utf8(piece.substr(0, cut)) && std::ranges::all_of(piece.substr(cut), [this](char byte) {
           return accept_byte(to_byte(byte));
         });
}

bool Utf8Validator::accept_byte(std::uint8_t byte) {
  if (bytes_wanted_ == 0) return begin_character(byte);
  const bool is_in_range = byte >= lowest_ && byte <= highest_;
  --bytes_wanted_;
  lowest_ = lowest_continuation;
  highest_ = highest_continuation;
  return is_in_range;
}

/// RFC 3629 section 4: the second byte's range keeps out overlong forms, surrogates, and what lies
/// beyond U+10FFFF.
bool Utf8Validator::begin_character(std::uint8_t lead) {
  if (lead < 0x80) return true;
  if (lead >= 0xC2 && lead <= 0xDF) return want(1, 0x80, 0xBF);
  if (lead == 0xE0) return want(2, 0xA0, 0xBF);
  if (lead == 0xED) return want(2, 0x80, 0x9F);
  if (lead >= 0xE1 && lead <= 0xEF) return want(2, 0x80, 0xBF);
  if (lead == 0xF0) return want(3, 0x90, 0xBF);
  if (lead >= 0xF1 && lead <= 0xF3) return want(3, 0x80, 0xBF);
  if (lead == 0xF4) return want(3, 0x80, 0x8F);
  return false;
}

bool Utf8Validator::want(std::uint8_t bytes, std::uint8_t lowest, std::uint8_t highest) {
  bytes_wanted_ = bytes;
  lowest_ = lowest;
  highest_ = highest;
  return true;
}

}  // namespace malinka::base
