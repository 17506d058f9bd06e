// SPDX-License-Identifier: MIT
// JSON for everything that is not the hub's hot path: nlohmann's value type without its exceptions.
// Slow to compile, so it is for .cc files; headers say base/json_fwd.h.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka {

/// Errors: std::errc::invalid_argument where `text` is not one JSON value or nests too deep.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// Compact; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string dump_json(const Json& value);

/// A member of an object when it is there and of the right kind; otherwise nothing.
[[nodiscard]] const Json* find_member(const Json& object, std::string_view name);
[[nodiscard]] const std::string* find_string(const Json& object, std::string_view name);
/// A whole number, not below 0.
[[nodiscard]] std::optional<std::uint64_t> find_whole_number(const Json& object,
                                                             std::string_view name);
/// As find_string; empty where there is none.
[[nodiscard]] std::string text_of(const Json& object, std::string_view name);

}  // namespace malinka
