// SPDX-License-Identifier: MIT
// The signals that end what would go on for ever: Ctrl-C, and a polite kill.

#pragma once

#include <signal.h>

#include <chrono>

namespace malinka::cli {

/// To be made before the client, whose thread would take the signals otherwise.
class EndSignals {
 public:
  EndSignals();

  void wait() const;
  /// Whether one came within `time`.
  [[nodiscard]] bool wait_for(std::chrono::seconds time) const;

 private:
  sigset_t signals_{};
};

}  // namespace malinka::cli
