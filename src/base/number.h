// SPDX-License-Identifier: MIT
// Numbers out of text.

#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace malinka::base {

/// The number that all of `text` is, in decimal and as C++ writes it; nothing where it is none, or
/// one that the type cannot hold.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace malinka::base
