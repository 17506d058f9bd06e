// SPDX-License-Identifier: MIT
// Where the log's lines go: a descriptor that is never waited for. Nobody may read a pipe's other
// end, and a disk may be full; then lines are lost, and counted, and the program goes on.

#pragma once

#include <cstddef>
#include <string_view>

namespace malinka::base {

/// **Loop-bound**, or guarded by who has it.
class LogOutput {
 public:
  /// Does not own `fd`, which outlives it and may be shared with other programs.
  explicit LogOutput(int fd) : fd_(fd) {}

  /// One line, its newline included; what is longer than a pipe takes at once is cut. Where lines
  /// were lost before, the next that goes out is preceded by one that says how many.
  void write(std::string_view line) noexcept;

  [[nodiscard]] std::size_t lost_lines() const { return lost_lines_; }

 private:
  [[nodiscard]] bool tell_loss() noexcept;
  [[nodiscard]] bool write_now(std::string_view line) const noexcept;

  const int fd_;
  std::size_t lost_lines_ = 0;
};

}  // namespace malinka::base
