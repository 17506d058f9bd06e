// SPDX-License-Identifier: MIT
// JSON strings (RFC 8259 section 7): between text and its quoted, escaped form.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace malinka::protocol {

/// The text of a JSON string with its quotes, escapes resolved. Nothing for what is no such string.
[[nodiscard]] std::optional<std::string> unquote_json(std::string_view quoted);

/// `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quote_json(std::string_view text);

/// What an escape sequence stands for, and where it ends.
struct JsonEscape {
  char32_t code_point = 0;
  std::size_t size = 0;  ///< Bytes of text, the backslash included; 12 for a pair of surrogates.
};

/// Reads the escape at the beginning of `text`, its backslash. Nothing for what is none, and for a
/// surrogate without its other half.
[[nodiscard]] std::optional<JsonEscape> read_json_escape(std::string_view text);

}  // namespace malinka::protocol
