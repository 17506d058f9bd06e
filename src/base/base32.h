// SPDX-License-Identifier: MIT
// Base32 (RFC 4648 section 6) as people read it out to each other: in lower case, without padding,
// in groups.

#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace malinka::base {

[[nodiscard]] std::string encode_base32(ByteView bytes);
/// `text` with a hyphen between every `length` characters.
[[nodiscard]] std::string grouped(std::string_view text, std::size_t length);

}  // namespace malinka::base
