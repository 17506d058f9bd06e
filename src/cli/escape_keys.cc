// SPDX-License-Identifier: MIT
#include "cli/escape_keys.h"

#include <utility>

namespace malinka::cli {

EscapeKeys::Typed EscapeKeys::take(std::string_view typed) {
  Typed result;
  for (const char key : typed) {
    const bool is_escaped = std::exchange(has_tilde_, false);
    if (is_escaped && key == '.') {
      result.wants_leave = true;
      return result;
    }
    if (is_escaped && key == '?') {
      result.wants_help = true;
      continue;
    }
    if (!is_escaped && !is_line_begun_ && key == '~') {
      has_tilde_ = true;
      continue;
    }
    if (is_escaped && key != '~') result.keys += '~';
    result.keys += key;
    is_line_begun_ = key != '\r' && key != '\n';
  }
  return result;
}

}  // namespace malinka::cli
