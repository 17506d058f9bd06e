// SPDX-License-Identifier: MIT
#include "cli/prompt.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace malinka::cli {
namespace {

constexpr std::size_t secret_bytes_max = 1024;

/// Switches a terminal's echo off while it lives.
class EchoOff {
 public:
  explicit EchoOff(int terminal) : terminal_(terminal) {
    is_changed_ = tcgetattr(terminal, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_changed_ = is_changed_ && tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff() {
    if (is_changed_) (void)tcsetattr(terminal_, TCSADRAIN, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool is_changed_ = false;
};

}  // namespace

std::optional<std::string> ask_secret(const std::string& question) {
  const UniqueFd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.is_open()) return std::nullopt;
  std::string secret;
  {
    const EchoOff echo_off(
        terminal.get());  // Before the question: whoever is quick is not shown either.
    if (write(terminal.get(), question.data(), question.size()) < 0) return std::nullopt;
    char letter = 0;
    while (secret.size() < secret_bytes_max && read(terminal.get(), &letter, 1) == 1 &&
           letter != '\n')
      secret.push_back(letter);
  }
  (void)!write(terminal.get(), "\n", 1);
  if (secret.empty()) return std::nullopt;
  return secret;
}

}  // namespace malinka::cli
