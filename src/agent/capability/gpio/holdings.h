// SPDX-License-Identifier: MIT
// What the agent holds of the board's lines, and what it does to them. A line that was written, or
// that freeing would change, is held until the agent ends: README.md says why.

#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agent/capability/gpio/line.h"

namespace malinka::agent::gpio {

struct LineValue {
  bool is_high = false;  ///< After active-low.
  Direction direction = Direction::input;
};

struct Wanted {
  Line* line = nullptr;
  bool is_high = false;
};

/// **Loop-bound.**
class Holdings {
 public:
  /// Changes nothing of the line: neither direction, nor bias, nor value.
  [[nodiscard]] Attempt<LineValue> read(Line& line);
  /// Makes them outputs with these values: all, or none. Those that were requested together change
  /// together. No line may be there twice.
  [[nodiscard]] Attempt<void> write(std::span<const Wanted> wanted);
  /// Makes a line an input with edges, or its edges other ones.
  [[nodiscard]] Attempt<void> listen(Line& line, const LineConfig& config, EdgeSink sink);
  /// Takes lines of one chip, all at once, as `config` has it; its `active_low` is filled in.
  [[nodiscard]] Attempt<void> take(std::span<Line* const> lines, LineConfig config,
                                   EdgeSink sink = nullptr);
  /// A line that is held alone.
  void free(Line& line);
  /// The chip is gone.
  void forget(const Chip& chip);

 private:
  [[nodiscard]] Attempt<void> take_new(std::span<const Wanted> wanted, std::vector<Line*>& taken);

  std::vector<std::unique_ptr<Holding>> all_;
};

/// What a line is. Errors: the system's.
[[nodiscard]] Attempt<LineInfo> look_at(const Line& line);
/// What a line is that is nobody's. Errors: who has it; the system's.
[[nodiscard]] Attempt<LineInfo> look_at_free(const Line& line);

}  // namespace malinka::agent::gpio
