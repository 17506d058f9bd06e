// SPDX-License-Identifier: MIT
// One strict pass over JSON text (RFC 8259): is it valid, and where do values end. Numbers of any
// length; arrays and objects at most limits::json_depth_max deep, without recursion. The text must
// be UTF-8 already.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/try.h"
#include "malinka/result.h"
#include "protocol/envelope_error.h"

namespace malinka::protocol {

/// A cursor over JSON text. Every verb moves past what it names, white space before it included,
/// and gives it as it stands in the text. Errors: EnvelopeError::not_json with the byte offset,
/// also for an escaped surrogate without its other half, which has no UTF-8;
/// EnvelopeError::too_deep. After an error the cursor is of no more use. **Value.**
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  /// Any one value.
  [[nodiscard]] Result<std::string_view> value();
  /// A string, with its quotes.
  [[nodiscard]] Result<std::string_view> string();
  /// An object. `read_member(name)` is told each member's name with its quotes, and must move past
  /// the member's value; its failure is passed on. EnvelopeError::not_an_object for anything else.
  template <typename ReadMember>
  [[nodiscard]] Result<std::string_view> object(ReadMember read_member);
  /// An array. `read_element()` must move past the element; its failure is passed on.
  template <typename ReadElement>
  [[nodiscard]] Result<std::string_view> array(ReadElement read_element);
  /// True, and past it, when `character` follows.
  [[nodiscard]] bool take(char character);
  /// The next character behind white space, or NUL at the end.
  [[nodiscard]] char peek();
  /// A failure that names the byte where the cursor stands.
  [[nodiscard]] std::unexpected<Error> refuse(EnvelopeError error) const;
  /// Fails unless only white space is left.
  [[nodiscard]] Result<void> end();

 private:
  [[nodiscard]] bool take_here(char character);
  [[nodiscard]] bool enter(char bracket);
  [[nodiscard]] bool leave(char bracket);
  [[nodiscard]] bool skip_value();
  [[nodiscard]] bool skip_nested();
  [[nodiscard]] bool skip_scalar();
  [[nodiscard]] bool skip_literal(std::string_view literal);
  [[nodiscard]] bool skip_number();
  [[nodiscard]] bool skip_digits();
  [[nodiscard]] bool skip_string();
  [[nodiscard]] bool skip_name();
  [[nodiscard]] std::unexpected<Error> failure() const;

  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t depth_ = 0;  ///< Of open arrays and objects.
};

/// A JSON number's whole value; nothing for a token that is anything else, has a sign, fraction or
/// exponent, or is 2^64 or more.
[[nodiscard]] std::optional<std::uint64_t> parse_whole_number(std::string_view token);

template <typename ReadMember>
Result<std::string_view> JsonScanner::object(ReadMember read_member) {
  if (peek() != '{') return fail(EnvelopeError::not_an_object);
  if (!enter('{')) return failure();
  const std::size_t start = offset_ - 1;
  if (leave('}')) return text_.substr(start, offset_ - start);
  do {
    const std::string_view name = TRY(string());
    if (!take(':')) return failure();
    TRY_VOID(read_member(name));
  } while (take(','));
  if (!leave('}')) return failure();
  return text_.substr(start, offset_ - start);
}

template <typename ReadElement>
Result<std::string_view> JsonScanner::array(ReadElement read_element) {
  if (!enter('[')) return failure();
  const std::size_t start = offset_ - 1;
  if (leave(']')) return text_.substr(start, offset_ - start);
  do {
    TRY_VOID(read_element());
  } while (take(','));
  if (!leave(']')) return failure();
  return text_.substr(start, offset_ - start);
}

}  // namespace malinka::protocol
