// SPDX-License-Identifier: MIT
#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "cli/printable.h"
#include "cli/progress_lines.h"

namespace malinka::cli {
namespace {

void write_all(std::FILE* stream, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), stream);  // flush() tells.
}

/// https://no-color.org: set and not empty means none.
bool are_colours_wanted() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

/// 80 where the terminal does not know.
std::size_t error_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string paint(std::string_view text, Colour colour) {
  std::string_view code;
  switch (colour) {
    case Colour::none: return std::string(text);
    case Colour::bold: code = "1"; break;
    case Colour::red: code = "31"; break;
    case Colour::dim: code = "2"; break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace

Console::Console()
    : is_output_terminal_(isatty(STDOUT_FILENO) == 1),
      is_error_terminal_(isatty(STDERR_FILENO) == 1),
      has_colours_(are_colours_wanted()) {}

void Console::print(std::string_view text) { write_all(stdout, text); }

void Console::print_output(std::string_view bytes) {
  if (is_output_terminal_) return print(printable_output(bytes));
  print(bytes);
}

void Console::print_error_output(std::string_view bytes) {
  (void)flush();  // In the order of the two where both are one terminal.
  write_all(stderr, is_error_terminal_ ? printable_output(bytes) : std::string(bytes));
}

/// ASCII on a terminal: JSON itself lets C1 controls and direction overrides stand.
void Console::print_json(const Json& object) {
  print(object.dump(-1, ' ', is_output_terminal_, Json::error_handler_t::replace) + "\n");
  (void)flush();  // A line is whole for whoever reads it from a pipe.
}

void Console::remark(std::string_view line) {
  (void)flush();
  write_all(stderr, std::string(line) + "\n");
}

void Console::show_progress(std::span<const std::string> lines) {
  if (!is_error_terminal_ || (lines.empty() && progress_lines_ == 0)) return;
  write_all(stderr, redraw(progress_lines_, lines, error_columns()));
  progress_lines_ = lines.size();
}

std::string Console::painted(std::string_view text, Colour colour) const {
  return paint(text, has_colours_ && is_output_terminal_ ? colour : Colour::none);
}

std::string Console::painted_remark(std::string_view text, Colour colour) const {
  return paint(text, has_colours_ && is_error_terminal_ ? colour : Colour::none);
}

bool Console::flush() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

}  // namespace malinka::cli
