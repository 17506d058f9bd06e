// SPDX-License-Identifier: MIT
// Which hub, which channel, and how results are shown: flag, environment, file, in this order.

#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "base/options.h"
#include "cli/exit_code.h"

namespace malinka::cli {

struct Settings {
  std::string hub;
  std::string channel;                  ///< Empty: none was named.
  std::optional<std::string> password;  ///< Nothing: none was given.
  bool is_sealed = true;
  bool is_json = false;
  std::string file;  ///< Where what is to be remembered of them goes.

  /// What is in the password's place lets watch, and not command.
  [[nodiscard]] bool is_view_link() const { return password && password->starts_with("view1."); }
};

/// The program's own options: for the parser, for help and for base::Options.
[[nodiscard]] std::span<const base::OptionSpec> program_options();

/// Where the settings file is for this person.
[[nodiscard]] std::string settings_path();

/// `flags` as base::Options takes them. An Exit where --version was asked for or a setting is
/// wrong.
[[nodiscard]] std::expected<Settings, base::Exit> read_settings(std::span<const std::string> flags);

}  // namespace malinka::cli
