// SPDX-License-Identifier: MIT
// The end of a measurement that cannot be one: a benchmark does not go on with half of its sockets.

#pragma once

#include <string_view>

namespace malinka::bench {

/// Says so on standard error and ends the process with status 1.
[[noreturn]] void give_up(std::string_view what);
/// The same for a system call, with what errno means.
[[noreturn]] void give_up_on_errno(std::string_view call);

}  // namespace malinka::bench
