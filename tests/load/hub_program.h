// SPDX-License-Identifier: MIT
// The real malinka-hub as a process of its own, on a free port.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace malinka::test {

/// Runs while it lives. Fails the test case where the hub does not start.
class HubProgram {
 public:
  HubProgram();
  ~HubProgram();
  HubProgram(const HubProgram&) = delete;
  HubProgram& operator=(const HubProgram&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Sends SIGTERM; the exit status, or -1 when something else ended it.
  int terminate();

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace malinka::test
