// SPDX-License-Identifier: MIT
// UTF-8 (RFC 3629): of whole text by simdjson's validator, and of text that comes in pieces.

#pragma once

#include <cstdint>
#include <string_view>

namespace malinka::base {

[[nodiscard]] bool is_utf8(std::string_view text);

/// Text that comes in pieces, cut anywhere. **Value.**
class Utf8Validator {
 public:
  /// False as soon as a byte has come that nothing could follow to make the text valid; it is of no
  /// use after that.
  [[nodiscard]] bool accept(std::string_view piece);

  /// True when the text may end here: not inside a character.
  [[nodiscard]] bool is_complete() const { return bytes_wanted_ == 0; }

 private:
  [[nodiscard]] bool accept_byte(std::uint8_t byte);
  [[nodiscard]] bool begin_character(std::uint8_t lead);
  [[nodiscard]] bool want(std::uint8_t bytes, std::uint8_t lowest, std::uint8_t highest);

  std::uint8_t bytes_wanted_ = 0;  ///< How many more belong to the character that has begun.
  std::uint8_t lowest_ = 0;        ///< The range of the next one of them.
  std::uint8_t highest_ = 0;
};

}  // namespace malinka::base
