// SPDX-License-Identifier: MIT
// One strict pass over JSON text (RFC 8259): is it valid, and where do values end. Numbers of any
// length; arrays and objects at most limits::json_depth_max deep, without recursion. The text must
// be UTF-8 already.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "malinka/result.h"

namespace malinka::protocol {

/// A cursor over JSON text. Every verb moves past what it names, and returns an error with the byte
/// offset where the text is not JSON. **Value.**
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  /// Moves past white space and any one value; gives it as it stands in the text.
  [[nodiscard]] Result<std::string_view> value();
  /// Moves past white space and a string; gives it with its quotes.
  [[nodiscard]] Result<std::string_view> string();
  /// Moves past white space; true, and past it, when `character` follows.
  [[nodiscard]] bool take(char character);
  /// The next character behind white space, or NUL at the end.
  [[nodiscard]] char peek();
  [[nodiscard]] std::size_t offset() const { return offset_; }
  /// Fails unless only white space is left.
  [[nodiscard]] Result<void> end();

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
};

/// The text of a JSON string with its quotes, escapes resolved. Nothing for a lone surrogate
/// escape.
[[nodiscard]] std::optional<std::string> unquote_json(std::string_view quoted);

/// `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quote_json(std::string_view text);

}  // namespace malinka::protocol
