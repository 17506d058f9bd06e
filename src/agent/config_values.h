// SPDX-License-Identifier: MIT
// The values of agent.toml's tables, each of the kind that it must be.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::agent {

/// Errors: std::errc::invalid_argument, with the sentence `what`.
[[nodiscard]] std::unexpected<Error> refuse_setting(const std::string& what);

/// A table's members, all of which must be known by name; an empty one where `parent` has no such
/// table. `path` is what is written in brackets; `name` where that is empty.
[[nodiscard]] Result<Json> read_table(const Json& parent, std::string_view name,
                                      std::span<const std::string_view> known,
                                      std::string_view path = {});

/// Nothing where it is not set.
[[nodiscard]] Result<std::optional<std::string>> read_text(const Json& table, std::string_view key);

}  // namespace malinka::agent
