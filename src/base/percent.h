// SPDX-License-Identifier: MIT
// Percent-encoding (RFC 3986 section 2.1): for links, and for words of files.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace malinka::base {

/// All but unreserved characters (letters, digits, - . _ ~) as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// Nothing where a % is not followed by two hexadecimal digits, or the text is empty.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace malinka::base
