// SPDX-License-Identifier: MIT
// The value of a Command, from text that anybody may have written.

#pragma once

#include <string_view>

#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::agent::dispatch {

/// No text means no parameters: an empty object. Errors: std::errc::invalid_argument where it is
/// not JSON, nests too deep, or has more than limits::command_items_max members and elements:
/// sixteen bytes of memory for each byte of text would be cheap to ask for.
[[nodiscard]] Result<Json> parse_value(std::string_view text);

}  // namespace malinka::agent::dispatch
