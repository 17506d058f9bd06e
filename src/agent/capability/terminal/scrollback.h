// SPDX-License-Identifier: MIT
// The latest of what a terminal showed, for who comes later or could not keep up.

#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace malinka::agent::terminal {

/// **Value.** Takes no more memory than it was told, and no more than there was output.
class Scrollback {
 public:
  explicit Scrollback(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void append(ByteView bytes);
  /// The last of it, at most so much. Where there was more, it begins behind the end of a line if
  /// it has one, so that no character or escape sequence is torn.
  [[nodiscard]] Bytes tail(std::size_t bytes_max) const;

 private:
  std::size_t bytes_max_;
  Bytes ring_;
  std::size_t oldest_ = 0;  // Where it begins, once the ring is full.
  bool has_dropped_ = false;
};

}  // namespace malinka::agent::terminal
