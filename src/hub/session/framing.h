// SPDX-License-Identifier: MIT
// Messages as whole, unmasked WebSocket frames, ready to be shared.

#pragma once

#include <initializer_list>
#include <string_view>

#include "base/bytes.h"
#include "base/shared_bytes.h"

namespace malinka::hub {

[[nodiscard]] SharedBytes make_text_frame(std::string_view text);
[[nodiscard]] SharedBytes make_binary_frame(std::initializer_list<ByteView> pieces);

}  // namespace malinka::hub
