// SPDX-License-Identifier: MIT
// What is typed at a terminal, taken apart: keys for the device, and what is meant for this program
// (a tilde at the beginning of a line, as ssh has it).

#pragma once

#include <string>
#include <string_view>

namespace malinka::cli {

/// **Value.** Holds a tilde back until the key behind it is known.
class EscapeKeys {
 public:
  struct Typed {
    std::string keys;          ///< For the device.
    bool wants_leave = false;  ///< What came behind that is dropped.
    bool wants_help = false;
  };
  [[nodiscard]] Typed take(std::string_view typed);

 private:
  bool is_line_begun_ = false;
  bool has_tilde_ = false;
};

}  // namespace malinka::cli
