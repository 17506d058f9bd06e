// SPDX-License-Identifier: MIT
// The outputs of a device's command, shown here as they come: each where the command wrote it.

#pragma once

#include <string>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_records.h"

namespace malinka::cli {

/// On a terminal, where a character or an escape sequence came in two halves, the first waits for
/// the second.
class LiveOutput {
 public:
  explicit LiveOutput(Console& console) : console_(console) {}

  /// Shows what comes on `stream` until its end, whose value it gives. Errors: why it broke off;
  /// code 0 where nothing can be shown here any more.
  [[nodiscard]] Stream::Outcome<std::string> follow(Stream& stream);

 private:
  void show(const OutputRecords::Piece& piece);
  void show_standard(std::string_view bytes);
  void show_error(std::string_view bytes);
  void show_rest();

  Console& console_;      // Outlives it.
  std::string standard_;  // What waits of each, where it is a terminal.
  std::string error_;
};

}  // namespace malinka::cli
