// SPDX-License-Identifier: MIT
// The frames that a connection has taken from its handler and not sent yet: few, since they can no
// longer be dropped or overtaken.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/shared_bytes.h"

namespace malinka::link {

/// **Value.** With one frame, as mostly, it holds no memory beyond itself.
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

  [[nodiscard]] bool is_empty() const { return first_.empty(); }
  [[nodiscard]] std::size_t unsent_bytes() const;

 private:
  /// What waits behind the first.
  struct Others {
    std::vector<SharedBytes> frames;
    std::size_t bytes = 0;
  };
  [[nodiscard]] std::span<const SharedBytes> others() const;
  void take_first_of_others();

  SharedBytes first_;  // Empty where nothing waits.
  std::size_t sent_of_first_ = 0;
  std::unique_ptr<Others> others_;  // Null where there are none.
};

}  // namespace malinka::link
