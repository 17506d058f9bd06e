// SPDX-License-Identifier: MIT
// The recipients of a message, out of their JSON. docs/protocol.md section 3.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "malinka/result.h"

namespace malinka::protocol {

/// The names in a JSON array, decoded, each once, in the order of their first mention; `*` passes
/// as one. Errors: EnvelopeError, the context says which.
[[nodiscard]] Result<std::vector<std::string>> read_recipients(std::string_view array);

}  // namespace malinka::protocol
