// SPDX-License-Identifier: MIT
#include "cli/raw_terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace malinka::cli {
namespace {

// For the signal handlers, which have nothing else.
termios modes_before{};
int notes_fd = -1;

/// Mouse, bracketed paste, alternate screen, hidden cursor, keypad, colours.
constexpr std::string_view modes_reset =
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1047l\x1b[?25h\x1b[?1l\x1b>"
    "\x1b[0m";

void restore() { (void)tcsetattr(STDIN_FILENO, TCSANOW, &modes_before); }

void note_window(int) {
  const int error_number = errno;
  (void)!write(notes_fd, "w", 1);
  errno = error_number;
}

void end_at_once(int number) {
  restore();
  RawTerminal::reset_modes();
  _exit(128 + number);
}

}  // namespace

TerminalSize terminal_size() {
  winsize window{};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0)
    return {};
  return {window.ws_col, window.ws_row};
}

RawTerminal::RawTerminal(int notes) {
  notes_fd = notes;
  (void)tcgetattr(STDIN_FILENO, &modes_before);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    struct sigaction action{};
    action.sa_handler = signals[i] == SIGWINCH ? note_window : end_at_once;
    action.sa_flags = SA_RESTART;
    (void)sigaction(signals[i], &action, &before_[i]);
  }
  termios raw = modes_before;
  cfmakeraw(&raw);
  (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

RawTerminal::~RawTerminal() {
  restore();
  for (std::size_t i = 0; i < signals.size(); ++i)
    (void)sigaction(signals[i], &before_[i], nullptr);
}

void RawTerminal::reset_modes() {
  if (isatty(STDOUT_FILENO) == 1)
    (void)!write(STDOUT_FILENO, modes_reset.data(), modes_reset.size());
}

}  // namespace malinka::cli
