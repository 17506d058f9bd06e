// SPDX-License-Identifier: MIT
// The terminal of standard input in raw mode: every key comes as it is typed, Ctrl-C too. It is put
// back as it was whatever ends the program, but for SIGKILL.

#pragma once

#include <signal.h>

#include <array>

namespace malinka::cli {

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

/// Of standard input's; 80 by 24 where it does not know.
[[nodiscard]] TerminalSize terminal_size();

/// One at a time. While it lives, a change of the window writes a `w` to a descriptor, and a signal
/// to end does so with the status 128 + its number.
class RawTerminal {
 public:
  explicit RawTerminal(int notes);
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

  /// Undoes what a program on the device may have switched on and had no time to switch off.
  static void reset_modes();

 private:
  static constexpr std::array signals = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT};

  std::array<struct sigaction, signals.size()> before_{};
};

}  // namespace malinka::cli
