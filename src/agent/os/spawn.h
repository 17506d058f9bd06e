// SPDX-License-Identifier: MIT
// Starts a program in a session and process group of its own, with pipes to its three streams and
// nothing else of ours. subprocess.h waits for it.

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/os/user.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::agent::os {

struct SpawnSettings {
  std::vector<std::string> arguments;    ///< The first is the absolute path of the program.
  std::vector<std::string> environment;  ///< As NAME=value; nothing is inherited.
  std::vector<std::string> directories;  ///< It begins in the first of these that can be entered.
  std::optional<User> user;              ///< Whom it runs as, where not as we do. Needs root.
};

/// A program on its way. Our ends of the pipes do not block.
struct Spawned {
  pid_t pid = -1;  ///< Also the number of its process group; valid until it is reaped.
  UniqueFd exit;   ///< A pidfd: readable once it has ended.
  UniqueFd input, output, errors;
  UniqueFd start_failure;  ///< See read_start_failure.
};

/// Does not wait for the program to begin: what fails from then on is found by read_start_failure.
/// Errors: those of pipe2, fork and pidfd_open.
[[nodiscard]] Result<Spawned> spawn(const SpawnSettings& settings);

/// Why the program never began, once it has ended; success where it did begin. The context is what
/// was tried.
[[nodiscard]] Result<void> read_start_failure(const Spawned& spawned);

}  // namespace malinka::agent::os
