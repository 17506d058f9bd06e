// SPDX-License-Identifier: MIT
// Whom what people ask for runs as, and the small clean environment that it gets.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/os/user.h"

namespace malinka::agent::os {

struct ShellUser {
  User user;
  bool is_switched = false;  ///< Not the agent's own: to become it needs root.
  std::string problem;       ///< Why nobody can run anything; empty where all is well.
};

/// Of `shell.user` in agent.toml; empty for the agent's own. Fails closed: with a problem, nothing
/// is to run at all.
[[nodiscard]] ShellUser choose_user(const std::string& configured);

/// Nothing of the agent's own but its language. `terminal` is the name of one, as `dumb`.
[[nodiscard]] std::vector<std::string> clean_environment(const User& user, std::string_view shell,
                                                         std::string_view terminal);

}  // namespace malinka::agent::os
