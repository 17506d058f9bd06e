// SPDX-License-Identifier: MIT
// Starts a program in a session and process group of its own, with pipes to its three streams or at
// a terminal of its own, and nothing else of ours. subprocess.h and pty.h wait for it.

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
  /// The first is the absolute path of the program, or what it is told to be called.
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  ///< As NAME=value; nothing is inherited.
  std::vector<std::string> directories;  ///< It begins in the first of these that can be entered.
  std::optional<User> user;              ///< Whom it runs as, where not as we do. Needs root.
  std::string program{};  ///< Its absolute path, where that is not the first argument.
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

struct WindowSize {
  unsigned short columns = 80;
  unsigned short rows = 24;

  bool operator==(const WindowSize&) const = default;
};

/// A program on its way at a terminal, which is its session's.
struct SpawnedAtTerminal {
  pid_t pid = -1;  ///< As in Spawned.
  UniqueFd exit;
  UniqueFd terminal;  ///< Our end; it does not block.
  UniqueFd start_failure;
};

/// The terminal belongs to the program's user and knows that characters are UTF-8. Errors: also
/// those of posix_openpt and what makes it a terminal.
[[nodiscard]] Result<SpawnedAtTerminal> spawn_at_terminal(const SpawnSettings& settings,
                                                          WindowSize size);

void set_window_size(const UniqueFd& terminal, WindowSize size);

/// How a program ended: one of the two.
struct Exit {
  std::optional<int> code;
  std::optional<int> signal;
};
/// Nothing while it runs. It stays to be reaped.
[[nodiscard]] std::optional<Exit> find_exit(pid_t pid);

/// Why the program never began, once it has ended; success where it did begin. The context is what
/// was tried.
[[nodiscard]] Result<void> read_start_failure(const UniqueFd& start_failure);

}  // namespace malinka::agent::os
