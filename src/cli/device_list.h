// SPDX-License-Identifier: MIT
// One device or several, as a person names them.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"

namespace malinka::cli {

/// `DEV`, `DEV,DEV` or `*` as names; at least one. Errors: no_device where `*` is nobody.
[[nodiscard]] Attempt<std::vector<std::string>> parse_devices(const Session& session,
                                                              std::string_view text);

}  // namespace malinka::cli
