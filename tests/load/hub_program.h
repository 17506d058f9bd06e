// SPDX-License-Identifier: MIT
// The real malinka-hub as a process of its own, on a free port.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace malinka::test {

/// Runs while it lives: that of this build, or of the folder that MALINKA_BIN names, with the flags
/// of MALINKA_TEST_HUB_FLAGS. Fails the test case where the hub does not start.
class HubProgram {
 public:
  /// `settings` are environment variables, as MALINKA_SHARDS=4; they yield to those that are set.
  explicit HubProgram(const std::vector<std::string>& settings = {});
  ~HubProgram();
  HubProgram(const HubProgram&) = delete;
  HubProgram& operator=(const HubProgram&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// What /metrics says of `name`, as `sessions`. Waits for the answer.
  [[nodiscard]] std::uint64_t metric(const std::string& name) const;
  /// Sends SIGTERM; the exit status, or -1 when something else ended it.
  int terminate();

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace malinka::test
