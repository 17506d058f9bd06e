// SPDX-License-Identifier: MIT
// Percent-encoding (RFC 3986 section 2.1): for links, and for words of files.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace malinka::base {

/// All but unreserved characters (letters, digits, - . _ ~) as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// The byte that two hexadecimal digits stand for; nothing where `digits` are not that.
[[nodiscard]] std::optional<char> decode_percent_digits(std::string_view digits);
/// Nothing where a % is not followed by two hexadecimal digits, or the text is empty.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace malinka::base
