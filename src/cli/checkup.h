// SPDX-License-Identifier: MIT
// What a machine has for the agent to use, what is missing, and what would help: all of it by
// looking, without changing anything.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace malinka::cli {

struct Machine {
  std::string root;          ///< In front of every path: empty for this machine.
  std::string user;          ///< Whom the agent runs as.
  std::string agent_config;  ///< Without the root.
};

enum class Health : std::uint8_t {
  good,
  absent,  ///< Not there, and nothing wrong with that.
  note,    ///< As bad, on a machine that need not have it: no Raspberry Pi.
  bad,     ///< There is something to do, and `fix` says what.
};

struct Finding {
  std::string_view check;  ///< As `sensors`: one of check_names.
  Health health = Health::good;
  std::string text;
  std::string fix;
  std::vector<std::string> devices;  ///< Those that were found.
};

/// In the order in which they are made.
inline constexpr std::array<std::string_view, 8> check_names = {
    "board", "gpio", "i2c", "sensors", "tv", "video", "power", "agent"};

/// Of the named checks, or of all where none is named.
[[nodiscard]] std::vector<Finding> check_up(const Machine& machine,
                                            const std::vector<std::string>& names);

}  // namespace malinka::cli
