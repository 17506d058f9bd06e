// SPDX-License-Identifier: MIT
// A text as a QR code that a phone reads off a terminal. Adapter over libqrencode.

#pragma once

#include <string>
#include <string_view>

#include "malinka/result.h"

namespace malinka::base {

/// Lines of half blocks, dark on light whatever the terminal's own colours are, with the quiet zone
/// of four modules that ISO/IEC 18004 wants: a text of 70 bytes takes 41 columns and 21 lines.
/// Errors: std::errc::message_size for a text that no QR code can hold (2,953 bytes).
[[nodiscard]] Result<std::string> draw_qr_code(std::string_view text);

}  // namespace malinka::base
