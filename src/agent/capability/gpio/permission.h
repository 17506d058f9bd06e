// SPDX-License-Identifier: MIT
// What may be done with a line, decided on the device: as agent.toml says, and where it says
// nothing, by what is known of a Pi's header.

#pragma once

#include <optional>
#include <string>

#include "agent/capability/gpio/line_settings.h"

namespace malinka::agent::gpio {

/// What the decision is made from.
struct LineFacts {
  const LineSettings* settings = nullptr;  ///< Null where agent.toml does not name it.
  unsigned offset = 0;
  std::string chip{};                  ///< For a table of agent.toml; empty on the header's chip.
  std::optional<unsigned> pin_gpio{};  ///< n where it is GPIOn of a Pi's header, or would be.
  std::string use{};  ///< What uses the pin for something else; empty where nothing does.
};

struct Permission {
  LineAccess access = LineAccess::none;
  std::string reason;  ///< Why it is less than write, and what would change it.
};

[[nodiscard]] Permission permission_of(const LineFacts& facts);

}  // namespace malinka::agent::gpio
