// SPDX-License-Identifier: MIT
#include "cli/end_signals.h"

#include <cerrno>

namespace malinka::cli {

EndSignals::EndSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

void EndSignals::wait() const {
  int signal = 0;
  (void)sigwait(&signals_, &signal);
}

/// A signal that is none of these makes it end early, and that does no harm.
bool EndSignals::wait_for(std::chrono::seconds time) const {
  const timespec limit{.tv_sec = time.count(), .tv_nsec = 0};
  return sigtimedwait(&signals_, nullptr, &limit) > 0;
}

}  // namespace malinka::cli
