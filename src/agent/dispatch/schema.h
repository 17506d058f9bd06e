// SPDX-License-Identifier: MIT
// Whether a value fits a JSON Schema: the part of it that the commands of spec/commands.json use
// (type, properties, required, additionalProperties, minimum, maximum, exclusiveMinimum, minLength,
// maxLength, pattern, items, minItems, maxItems, enum). Standard: JSON Schema 2020-12.

#pragma once

#include <optional>
#include <string>

#include "base/json_fwd.h"

namespace malinka::agent::dispatch {

/// The first thing in `value` that `schema` does not allow, as "value.limit must be at most 10000";
/// nothing where it fits. An integer is a whole number within 2^53 either way (RFC 8259 section 6).
/// Never recurses deeper than `schema`.
[[nodiscard]] std::optional<std::string> find_violation(const Json& schema, const Json& value,
                                                        const std::string& where = "value");

}  // namespace malinka::agent::dispatch
