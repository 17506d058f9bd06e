// SPDX-License-Identifier: MIT
// What agent.toml says of one line: a table [gpio.lines.NAME].

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "agent/capability/gpio/line_types.h"

namespace malinka::agent::gpio {

enum class LineAccess : std::uint8_t { none, read, write };

struct LineSettings {
  std::string name;                          ///< As `lamp`.
  std::variant<unsigned, std::string> line;  ///< Its offset, or the kernel's name.
  std::string chip{};                        ///< Its label or name; empty: the header's.
  bool is_active_low = false;
  std::optional<LineAccess> access{};
  std::optional<bool> safe{};  ///< An output from the start, with this value then and at the end.
  std::optional<Pull> pull{};  ///< An input from the start.
  Edges watch = Edges::none;   ///< An input from the start, whose edges are always told.
  std::chrono::milliseconds debounce{0};

  [[nodiscard]] bool is_input() const { return pull || watch != Edges::none; }
};

}  // namespace malinka::agent::gpio
