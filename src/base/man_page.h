// SPDX-License-Identifier: MIT
// The manual page of a program, from the same table as its --help: man(7) text.

#pragma once

#include <string>
#include <string_view>

#include "base/options.h"

namespace malinka::base {

/// Section 8 (daemons). What `./dev build` installs, and the hidden flag --man-page prints.
[[nodiscard]] std::string make_man_page(const ProgramSpec& program);

/// `text` as it must stand in man(7) text: no line of it is taken for a request.
[[nodiscard]] std::string escape_roff(std::string_view text);

}  // namespace malinka::base
