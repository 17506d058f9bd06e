// SPDX-License-Identifier: MIT
// Joins the pieces that a connection has to send, and joins them once where many connections have
// the very same, as in a fan-out.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace malinka::net {

/// **Loop-bound.** What it joined stays where it is until clear().
class GatherBuffer {
 public:
  /// The most bytes that are joined into one: more are cheaper to send in place than to copy.
  static constexpr std::size_t joined_bytes_max = 512UL * 1024;

  /// Room for joined_bytes_max?
  [[nodiscard]] bool has_room() const { return used_bytes_ <= capacity_bytes - joined_bytes_max; }
  /// The first of the pieces in one: all, unless they are more than joined_bytes_max together. A
  /// long or lonely piece is not copied. Needs room.
  [[nodiscard]] ByteView join(std::span<const ByteView> pieces);
  /// The pieces that were joined last may change from now on.
  void forget_pieces() { last_pieces_.clear(); }
  void clear();

 private:
  // Whoever joins waits for a submission when half of it is used: little more than a cache holds.
  static constexpr std::size_t capacity_bytes = 2 * joined_bytes_max;

  Bytes buffer_;  // Without memory until something is joined.
  std::size_t used_bytes_ = 0;
  std::vector<ByteView> last_pieces_;
  ByteView last_joined_;
};

}  // namespace malinka::net
