// SPDX-License-Identifier: MIT
// What channels and subscribers may be called. docs/protocol.md section 2.

#pragma once

#include <string_view>

namespace malinka::protocol {

/// How the hub signs what it says itself.
inline constexpr std::string_view hub_name = "@hub";
/// The recipient that stands for all others in the channel.
inline constexpr std::string_view all_others = "*";

/// 1 to 128 bytes of UTF-8 without control characters (C0, DEL, C1), not `*`, not beginning with
/// `@`.
[[nodiscard]] bool is_name(std::string_view name);

/// A name, or an @ and a name: what the hub calls itself and those it lets speak without joining.
[[nodiscard]] bool is_recipient(std::string_view name);

}  // namespace malinka::protocol
