// SPDX-License-Identifier: MIT
// Lines on a terminal that tell how something goes on, and are drawn anew in place.

#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace malinka::cli {

/// What draws `lines` over the `lines_before` that were drawn last, where the cursor still is; none
/// wipes them. What does not fit into `columns` is left out, as a line that wraps could not be
/// found again. The lines must be printable.
[[nodiscard]] std::string redraw(std::size_t lines_before, std::span<const std::string> lines,
                                 std::size_t columns);

}  // namespace malinka::cli
