// SPDX-License-Identifier: MIT
// Events in one line each, for people who watch.

#pragma once

#include <string>

#include "base/json_fwd.h"
#include "malinka/message.h"

namespace malinka::cli {

/// The subscriber that an event is about: its sender, or whom presence names.
[[nodiscard]] std::string subject_of(const Message& event);

/// What happened, without when and to whom. Printable.
[[nodiscard]] std::string event_text(const Message& event);

/// As `door rising; 17 falling`: the first few edges of one gpio.edge, and how many more there are.
[[nodiscard]] std::string edges_text(const Json& event);
/// The name of a GPIO line in any object about one, or its number.
[[nodiscard]] std::string line_title(const Json& line);

/// As `cpu 12 %, 48.3 °C; memory 34 %; hall 21.4 °C, 40 %`.
[[nodiscard]] std::string reading_text(const Json& reading);

}  // namespace malinka::cli
