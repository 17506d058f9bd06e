// SPDX-License-Identifier: MIT
// What every verb works with: the settings, the console, and the way into the channel.

#pragma once

#include <memory>
#include <string>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "cli/settings.h"

namespace malinka::cli {

class Program {
 public:
  Program(Settings settings, Console& console)
      : settings_(std::move(settings)), console_(console) {}

  /// Joins the channel; asks for a password where the hub wants one and a person is there.
  [[nodiscard]] Attempt<Session> join();

  [[nodiscard]] Console& console() { return console_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] bool is_json() const { return settings_.is_json; }

  /// One reply of a device as a line of JSON: its members and `device`.
  void print_reply(const std::string& device, const Json& reply);
  /// Says what failed: a line on standard error, or of JSON on standard output.
  void report(const Failure& failure);

 private:
  Settings settings_;
  Console& console_;  // Outlives the program.
};

/// All of it: takes the command line apart and does what it says.
[[nodiscard]] ExitCode run_program(int argc, const char* const* argv);

}  // namespace malinka::cli
