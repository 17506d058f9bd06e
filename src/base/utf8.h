// SPDX-License-Identifier: MIT
// UTF-8 (RFC 3629), by simdjson's validator.

#pragma once

#include <string_view>

namespace malinka::base {

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace malinka::base
