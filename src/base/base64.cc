// SPDX-License-Identifier: MIT
#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/try.h"

namespace malinka::base {
namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < standard_alphabet.size(); ++i)
    digits[static_cast<unsigned char>(standard_alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}

constexpr std::array<std::uint8_t, 256> digits = make_digits();

std::string encode(ByteView bytes, std::string_view alphabet, bool is_padded) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t pool = 0;
  unsigned pool_bits = 0;
  for (const std::byte byte : bytes) {
    pool = (pool << 8) | std::to_integer<std::uint32_t>(byte);
    for (pool_bits += 8; pool_bits >= 6; pool_bits -= 6)
      text.push_back(alphabet[(pool >> (pool_bits - 6)) & 63]);
  }
  if (pool_bits > 0) text.push_back(alphabet[(pool << (6 - pool_bits)) & 63]);
  while (is_padded && text.size() % 4 != 0) text.push_back('=');
  return text;
}

/// Hands each decoded byte to `emit`, in order.
template <typename Emit>
Result<void> decode(std::string_view text, Emit emit) {
  std::uint32_t pool = 0;
  unsigned pool_bits = 0;
  std::size_t digit_count = 0;
  std::size_t padding = 0;
  for (const char character : text) {
    if (character == '\r' || character == '\n') continue;
    if (character == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t digit = digits[static_cast<unsigned char>(character)];
    if (digit == no_digit || padding > 0) return fail(std::errc::invalid_argument, "base64");
    pool = (pool << 6) | digit;
    pool_bits += 6;
    ++digit_count;
    if (pool_bits >= 8) {
      pool_bits -= 8;
      emit(static_cast<std::byte>((pool >> pool_bits) & 0xFF));
    }
  }
  const bool has_stray_bits = (pool & ((1U << pool_bits) - 1)) != 0;
  if (padding > 2 || (digit_count + padding) % 4 != 0 || has_stray_bits)
    return fail(std::errc::invalid_argument, "base64");
  return {};
}

}  // namespace

std::string encode_base64(ByteView bytes) { return encode(bytes, standard_alphabet, true); }
std::string encode_base64url(ByteView bytes) { return encode(bytes, url_alphabet, false); }

Result<std::size_t> decoded_base64_size(std::string_view text) {
  std::size_t size = 0;
  TRY_VOID(decode(text, [&size](std::byte) { ++size; }));
  return size;
}

Result<Bytes> decode_base64(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  TRY_VOID(decode(text, [&bytes](std::byte byte) { bytes.push_back(byte); }));
  return bytes;
}

Result<Bytes> decode_base64url(std::string_view text) {
  if (text.find_first_of("+/=\r\n") != std::string_view::npos)
    return fail(std::errc::invalid_argument, "base64url");
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  return decode_base64(standard);
}

}  // namespace malinka::base
