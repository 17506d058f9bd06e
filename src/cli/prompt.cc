// SPDX-License-Identifier: MIT
#include "cli/prompt.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace malinka::cli {
namespace {

/// What a terminal takes for one line, less its end.
constexpr std::size_t line_bytes_max = 4095;

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

UniqueFd open_terminal() { return UniqueFd(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)); }

/// The line that is typed behind `question`; empty where the terminal is gone.
std::string ask(const UniqueFd& terminal, const std::string& question) {
  std::string line;
  if (write(terminal.get(), question.data(), question.size()) < 0) return line;
  char letter = 0;
  while (line.size() < line_bytes_max && read(terminal.get(), &letter, 1) == 1 && letter != '\n')
    line.push_back(letter);
  return line;
}

}  // namespace

std::optional<std::string> ask_secret(const std::string& question) {
  const UniqueFd terminal = open_terminal();
  if (!terminal.is_open()) return std::nullopt;
  std::string secret;
  {
    const EchoOff echo_off(
        terminal.get());  // Before the question: whoever is quick is not shown either.
    secret = ask(terminal, question);
  }
  (void)!write(terminal.get(), "\n", 1);
  if (secret.empty()) return std::nullopt;
  return secret;
}

std::optional<bool> ask_yes(const std::string& question) {
  const UniqueFd terminal = open_terminal();
  if (!terminal.is_open()) return std::nullopt;
  const std::string answer = ask(terminal, question);
  return answer == "y" || answer == "yes";
}

}  // namespace malinka::cli
