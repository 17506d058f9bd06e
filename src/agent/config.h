// SPDX-License-Identifier: MIT
// The agent's settings: flags, environment and agent.toml, checked.
// docs/operations/configuration.md describes them.

#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "agent/capability/gpio/line_settings.h"
#include "agent/dispatch/policy.h"
#include "agent/place.h"
#include "base/options.h"

namespace malinka::agent {

struct Config {
  Place place;
  bool is_simulated = false;
  std::vector<std::string> file_roots;  ///< Empty: the home of the agent's user.
  std::string shell_user;               ///< Empty: the agent's own.
  std::chrono::seconds telemetry_interval{10};
  std::vector<gpio::LineSettings> gpio_lines;
  std::optional<std::string> tv_device;  ///< Nothing: the port where a TV answers.
  std::optional<std::string> tv_name;    ///< Nothing: the device's own.
  dispatch::Policy policy;
};

/// Pairs the device where it was given neither channel nor password. Errors: an Exit with status 2
/// that says what to set, or what to set right.
[[nodiscard]] std::expected<Config, base::Exit> read_config(int argc, const char* const* argv);

}  // namespace malinka::agent
