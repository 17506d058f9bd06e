// SPDX-License-Identifier: MIT
// The frames that a connection has taken from its handler and not sent yet: few, since they can no
// longer be dropped or overtaken.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/shared_bytes.h"

namespace malinka::link {

/// **Value.** Without frames it holds no memory beyond itself for long.
class SendQueue {
 public:
  /// False once it holds 64 KiB, or as many frames as one write takes: it never holds more than
  /// that and one frame.
  [[nodiscard]] bool has_room() const;
  void push(SharedBytes frame);

  /// Views of what is next, in order; returns how many.
  [[nodiscard]] std::size_t fill(std::span<ByteView> pieces) const;
  /// So many bytes are gone.
  void remove(std::size_t bytes);

  [[nodiscard]] bool is_empty() const { return frames_.empty(); }
  [[nodiscard]] std::size_t unsent_bytes() const { return unsent_bytes_; }

 private:
  std::vector<SharedBytes> frames_;
  std::size_t sent_of_first_ = 0;
  std::size_t unsent_bytes_ = 0;
};

}  // namespace malinka::link
