// SPDX-License-Identifier: MIT
// Where a verb's results and remarks go, and what a terminal makes of them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace malinka::cli {

enum class Colour : std::uint8_t { none, bold, red, dim };

/// Standard output and standard error. Colours and progress are for terminals, and NO_COLOR is
/// heeded.
class Console {
 public:
  Console();

  /// Results, as they are: whoever prints text of others sanitises it, or calls print_output.
  void print(std::string_view text);
  /// What a program wrote on a device: to a terminal without its tricks, else byte for byte.
  void print_output(std::string_view bytes);
  void print_error_output(std::string_view bytes);
  void print_json(const Json& object);
  /// A line on standard error.
  void remark(std::string_view line);
  /// Passing lines on standard error, where that is a terminal, in place of the last; none wipes
  /// them.
  void show_progress(std::span<const std::string> lines);

  /// `text` in `colour` for standard output, or error.
  [[nodiscard]] std::string painted(std::string_view text, Colour colour) const;
  [[nodiscard]] std::string painted_remark(std::string_view text, Colour colour) const;
  [[nodiscard]] bool is_output_terminal() const { return is_output_terminal_; }
  [[nodiscard]] bool is_interactive() const { return is_error_terminal_; }

  /// False where standard output could not take everything.
  [[nodiscard]] bool flush();

 private:
  bool is_output_terminal_;
  bool is_error_terminal_;
  bool has_colours_;
  std::size_t progress_lines_ = 0;  // That stand there now.
};

}  // namespace malinka::cli
