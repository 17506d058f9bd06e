// SPDX-License-Identifier: MIT
// Lines as spec/commands.json has them.

#pragma once

#include <optional>
#include <string>

#include "agent/capability/gpio/holdings.h"
#include "base/json_fwd.h"

namespace malinka::agent::gpio {

/// `line`; `name` where it has one; `chip` where that is not the header's.
[[nodiscard]] Json label_json(const LineLabel& label);
[[nodiscard]] Json value_json(const Line& line, const LineValue& value);
[[nodiscard]] Json edge_json(const LineLabel& label, const Edge& edge);
/// An element of gpio.list; `value` where it is held.
[[nodiscard]] Json line_json(const Line& line, const LineInfo& info, std::optional<bool> value);
[[nodiscard]] Json chip_json(const ChipInfo& chip, bool is_header);

[[nodiscard]] const char* to_text(Direction direction);
[[nodiscard]] const char* to_text(Edges edges);
/// Nothing for another word.
[[nodiscard]] std::optional<Edges> parse_edges(const std::string& text);

}  // namespace malinka::agent::gpio
