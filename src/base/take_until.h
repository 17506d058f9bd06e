// SPDX-License-Identifier: MIT
// Reads a text part by part.

#pragma once

#include <algorithm>
#include <string_view>

namespace malinka::base {

/// Cuts `text` at the first `separator`, which belongs to neither part; the first part is returned
/// and the rest stays in `text`. All of it where there is no separator.
[[nodiscard]] inline std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view first = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(first.size() + 1, text.size()));
  return first;
}

}  // namespace malinka::base
