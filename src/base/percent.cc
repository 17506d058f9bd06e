// SPDX-License-Identifier: MIT
#include "base/percent.h"

#include <charconv>

namespace malinka::base {
namespace {

bool is_unreserved(char character) {
  constexpr std::string_view others = "-._~";
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || others.contains(character);
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    if (is_unreserved(character)) {
      encoded.push_back(character);
      continue;
    }
    const auto byte = static_cast<unsigned char>(character);
    encoded += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return encoded;
}

std::optional<char> decode_percent_digits(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

std::optional<std::string> percent_decode(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded.push_back(text[at]);
      continue;
    }
    const auto byte = decode_percent_digits(text.substr(at + 1, 2));
    if (!byte) return std::nullopt;
    decoded.push_back(*byte);
    at += 2;
  }
  return decoded;
}

}  // namespace malinka::base
