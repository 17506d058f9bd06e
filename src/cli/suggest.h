// SPDX-License-Identifier: MIT
// What was probably meant: the known word closest to one that is not known.

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace malinka::cli {

/// The closest of `known`, if at most a third of `word`, and one letter at least, was mistyped;
/// else empty.
[[nodiscard]] std::string closest(std::string_view word, std::span<const std::string> known);

/// ` (did you mean kitchen?)`, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace malinka::cli
