// SPDX-License-Identifier: MIT
// Ctrl-C as something to wait for, while it lives: it then ends nothing by itself.

#pragma once

#include <signal.h>

#include "base/unique_fd.h"

namespace malinka::cli {

/// One at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Waits for the next one; false once `stop` is readable.
  [[nodiscard]] bool wait(int stop) const;

 private:
  UniqueFd notes_, note_writer_;
  struct sigaction before_{};
};

}  // namespace malinka::cli
