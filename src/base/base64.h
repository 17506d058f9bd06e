// SPDX-License-Identifier: MIT
// Base64 (RFC 4648 section 4) and base64url without padding (section 5).

#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "malinka/result.h"

namespace malinka::base {

[[nodiscard]] std::string encode_base64(ByteView bytes);
[[nodiscard]] std::string encode_base64url(ByteView bytes);

/// How many bytes `text` decodes to, or an error as decode_base64 would give: a pass without
/// output.
[[nodiscard]] Result<std::size_t> decoded_base64_size(std::string_view text);

/// Accepts line breaks, as RFC 2045 writers make them. Errors: std::errc::invalid_argument for any
/// other character, wrong padding, or bits set behind the last byte.
[[nodiscard]] Result<Bytes> decode_base64(std::string_view text);
/// Without padding or line breaks. Errors: as decode_base64.
[[nodiscard]] Result<Bytes> decode_base64url(std::string_view text);

}  // namespace malinka::base
