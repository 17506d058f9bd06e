// SPDX-License-Identifier: MIT
// The outputs of a device's command, shown here as they come: each where the command wrote it.

#pragma once

#include <string>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_records.h"

namespace malinka::cli {

/// On a terminal, where a character or an escape sequence came in two halves, the first waits for
/// the second. Of one device among several, each line comes whole behind a prefix; several threads
/// may show one each.
class LiveOutput {
 public:
  explicit LiveOutput(Console& console, std::string line_prefix = {})
      : console_(console), line_prefix_(std::move(line_prefix)) {}

  /// Shows what comes on `stream` until its end, whose value it gives. Errors: why it broke off;
  /// code 0 where nothing can be shown here any more.
  [[nodiscard]] Stream::Outcome<std::string> follow(Stream& stream);
  /// What a command has written that is over.
  void show_all(std::string_view standard, std::string_view error);

 private:
  [[nodiscard]] std::string take_ready(std::string& waiting, std::string_view bytes) const;
  void show(const OutputRecords::Piece& piece);
  void show_standard(std::string_view bytes);
  void show_error(std::string_view bytes);
  void show_rest();
  [[nodiscard]] std::string prefixed_rest(std::string& waiting) const;

  Console& console_;  // Outlives it.
  const std::string line_prefix_;
  std::string standard_;  // What waits of each.
  std::string error_;
};

}  // namespace malinka::cli
