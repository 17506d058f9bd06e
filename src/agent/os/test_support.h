// SPDX-License-Identifier: MIT
// Processes as tests look at them. Not part of any program.

#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace malinka::agent::os::test {

inline pid_t to_pid(std::string_view text) {
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  REQUIRE(pid > 1);
  return pid;
}

/// Whether no process has that number. A grandchild of ours is reaped by whoever adopts it; that of
/// a container may never do so, hence the look at its state.
inline bool is_gone(pid_t pid) {
  if (kill(pid, 0) != 0) return true;
  const std::string stat = "/proc/" + std::to_string(pid) + "/stat";
  const UniqueFd fd(open(stat.c_str(), O_RDONLY | O_CLOEXEC));
  char text[256] = {};
  return read(fd.get(), text, sizeof(text) - 1) <= 0 || std::string_view(text).contains(") Z ");
}

}  // namespace malinka::agent::os::test
