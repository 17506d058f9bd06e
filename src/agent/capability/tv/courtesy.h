// SPDX-License-Identifier: MIT
// What a device on the bus owes the others, and the kernel leaves to us: an answer to what is said
// to it.

#pragma once

#include <optional>

#include "agent/capability/tv/tv_state.h"

namespace malinka::agent::tv {

/// The answer to `message`, heard at `port`, which `state` has taken in already; nothing where none
/// is due.
[[nodiscard]] std::optional<CecMessage> courtesy(const Port& port, const TvState& state,
                                                 const CecMessage& message);

}  // namespace malinka::agent::tv
