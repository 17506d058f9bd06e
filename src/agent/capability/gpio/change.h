// SPDX-License-Identifier: MIT
// New values for lines that are held: one ioctl for each request that they belong to, and where one
// fails, the others are put back as they were.

#pragma once

#include <vector>

#include "agent/capability/gpio/line.h"

namespace malinka::agent::gpio {

/// **Value**, for one change.
class Change {
 public:
  /// The line is held, and not as an input.
  void add(Line& line, bool is_high);
  [[nodiscard]] Attempt<void> carry_out();

 private:
  struct Part {
    Holding* holding = nullptr;
    Bits mask = 0;
    Bits values = 0;
    Bits before = 0;
    Direction direction_before = Direction::output;
  };

  [[nodiscard]] Result<void> apply(Part& part) const;
  static void undo(const Part& part);

  std::vector<Part> parts_;
};

}  // namespace malinka::agent::gpio
