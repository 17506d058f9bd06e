// SPDX-License-Identifier: MIT
// What the messages of a random load are filled with: known by the id alone, so that whoever gets
// one can tell whether it is whole.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace malinka::test {

inline constexpr std::size_t filler_bytes_max = 8UL * 1024 * 1024;

/// Letters; another text for each of 26 ids in a row.
[[nodiscard]] inline std::string_view filler_of(std::size_t id, std::size_t bytes) {
  static const std::string letters = [] {
    std::string made(filler_bytes_max + 26, '\0');
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('a' + i % 26);
    return made;
  }();
  return std::string_view(letters).substr(id % 26, bytes);
}

}  // namespace malinka::test
