// SPDX-License-Identifier: MIT
// malinka(1), made from the command table: what the hidden flag --man-page prints for the build.

#pragma once

#include <string>

namespace malinka::cli {

[[nodiscard]] std::string make_man_page();

}  // namespace malinka::cli
