// SPDX-License-Identifier: MIT
// Changing a text in one place, everything around it byte for byte as it was.

#pragma once

#include <string>
#include <string_view>

namespace malinka::protocol {

/// `text` with `replacement` where `part`, a view into it that may be empty, stands.
[[nodiscard]] inline std::string splice(std::string_view text, std::string_view part,
                                        std::string_view replacement) {
  const auto offset = static_cast<std::size_t>(part.data() - text.data());
  std::string spliced;
  spliced.reserve(text.size() - part.size() + replacement.size());
  spliced += text.substr(0, offset);
  spliced += replacement;
  spliced += text.substr(offset + part.size());
  return spliced;
}

}  // namespace malinka::protocol
