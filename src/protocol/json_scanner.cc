// SPDX-License-Identifier: MIT
#include "protocol/json_scanner.h"

#include <fmt/format.h>

#include <bit>
#include <bitset>
#include <cstring>

#include "base/limits.h"
#include "base/number.h"
#include "protocol/json_string.h"

namespace malinka::protocol {
namespace {

static_assert(std::endian::native == std::endian::little, "countr_zero finds the first byte");

constexpr std::uint64_t in_each_byte = 0x0101010101010101;

bool is_space(char character) {
  return character == ' ' || character == '\n' || character == '\r' || character == '\t';
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// True where a string's plain text ends: a quote, a backslash, or a control character.
bool is_special(char character) {
  return character == '"' || character == '\\' || static_cast<unsigned char>(character) < 0x20;
}

/// The high bit of each byte that is less than `bound`, and perhaps of bytes behind the first such.
std::uint64_t less_than(std::uint64_t eight, std::uint64_t bound) {
  return (eight - in_each_byte * bound) & ~eight & (in_each_byte * 0x80);
}

/// How many of the eight bytes at `text` come before the first special one.
std::size_t count_plain(const char* text) {
  std::uint64_t eight = 0;
  std::memcpy(&eight, text, sizeof eight);
  const std::uint64_t special = less_than(eight, 0x20) |
                                less_than(eight ^ (in_each_byte * '"'), 1) |
                                less_than(eight ^ (in_each_byte * '\\'), 1);
  return static_cast<std::size_t>(std::countr_zero(special)) / 8;
}

/// Where the first special character stands at or behind `offset`, or the end. Eight bytes at a
/// time.
std::size_t find_special(std::string_view text, std::size_t offset) {
  while (text.size() - offset >= 8) {
    const std::size_t plain = count_plain(text.data() + offset);
    offset += plain;
    if (plain < 8) return offset;
  }
  while (offset < text.size() && !is_special(text[offset])) ++offset;
  return offset;
}

}  // namespace

Result<std::string_view> JsonScanner::value() {
  const char first = peek();
  const std::size_t start = offset_;
  if (first == '"' ? !skip_string() : !skip_value()) return failure();
  return text_.substr(start, offset_ - start);
}

Result<std::string_view> JsonScanner::string() {
  if (peek() != '"') return failure();
  const std::size_t start = offset_;
  if (!skip_string()) return failure();
  return text_.substr(start, offset_ - start);
}

Result<void> JsonScanner::end() {
  (void)peek();
  if (offset_ != text_.size()) return failure();
  return {};
}

char JsonScanner::peek() {
  while (offset_ < text_.size() && is_space(text_[offset_])) ++offset_;
  return offset_ < text_.size() ? text_[offset_] : '\0';
}

bool JsonScanner::take(char character) {
  (void)peek();
  return take_here(character);
}

bool JsonScanner::take_here(char character) {
  if (offset_ == text_.size() || text_[offset_] != character) return false;
  ++offset_;
  return true;
}

bool JsonScanner::enter(char bracket) {
  return take(bracket) && ++depth_ <= limits::json_depth_max;
}

bool JsonScanner::leave(char bracket) {
  if (!take(bracket)) return false;
  --depth_;
  return true;
}

bool JsonScanner::skip_value() {
  const char first = peek();
  return first == '{' || first == '[' ? skip_nested() : skip_scalar();
}

/// Follows arrays and objects without recursion: it remembers one bit for each that is open.
bool JsonScanner::skip_nested() {
  const std::size_t depth_outside = depth_;
  std::bitset<limits::json_depth_max + 1> is_object;
  const auto closer = [&] { return is_object[depth_] ? '}' : ']'; };
  for (;;) {
    const char first = peek();
    if (first == '{' || first == '[') {
      if (!enter(first)) return false;
      is_object[depth_] = first == '{';
      if (peek() != closer()) {
        if (is_object[depth_] && !skip_name()) return false;
        continue;
      }
    } else if (!skip_scalar()) {
      return false;
    }
    while (depth_ > depth_outside && leave(closer())) continue;
    if (depth_ == depth_outside) return true;
    if (!take(',')) return false;
    if (is_object[depth_] && !skip_name()) return false;
  }
}

bool JsonScanner::skip_scalar() {
  switch (peek()) {
    case '"': return skip_string();
    case 't': return skip_literal("true");
    case 'f': return skip_literal("false");
    case 'n': return skip_literal("null");
    default: return skip_number();
  }
}

bool JsonScanner::skip_literal(std::string_view literal) {
  if (!text_.substr(offset_).starts_with(literal)) return false;
  offset_ += literal.size();
  return true;
}

/// RFC 8259 section 6.
bool JsonScanner::skip_number() {
  (void)take_here('-');
  if (!take_here('0') && !skip_digits()) return false;
  if (take_here('.') && !skip_digits()) return false;
  if (!take_here('e') && !take_here('E')) return true;
  if (!take_here('+')) (void)take_here('-');
  return skip_digits();
}

bool JsonScanner::skip_digits() {
  const std::size_t start = offset_;
  while (offset_ < text_.size() && is_digit(text_[offset_])) ++offset_;
  return offset_ > start;
}

/// RFC 8259 section 7.
bool JsonScanner::skip_string() {
  if (!take_here('"')) return false;
  for (;;) {
    offset_ = find_special(text_, offset_);
    if (take_here('"')) return true;
    const auto escape = read_json_escape(text_.substr(offset_));
    if (!escape) return false;
    offset_ += escape->size;
  }
}

bool JsonScanner::skip_name() { return peek() == '"' && skip_string() && take(':'); }

std::unexpected<Error> JsonScanner::refuse(EnvelopeError error) const {
  return fail(error, fmt::format("at byte {}", offset_));
}

std::unexpected<Error> JsonScanner::failure() const {
  const bool is_too_deep = depth_ > limits::json_depth_max;
  return refuse(is_too_deep ? EnvelopeError::too_deep : EnvelopeError::not_json);
}

std::optional<std::uint64_t> parse_whole_number(std::string_view token) {
  return base::parse_number<std::uint64_t>(token);
}

}  // namespace malinka::protocol
