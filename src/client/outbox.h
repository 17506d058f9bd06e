// SPDX-License-Identifier: MIT
// Frames that wait to be sent: in order, and never more than a limit.

#pragma once

#include <deque>
#include <optional>

#include "base/shared_bytes.h"
#include "malinka/result.h"

namespace malinka::client {

/// **Loop-bound.**
class Outbox {
 public:
  explicit Outbox(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Errors: std::errc::no_buffer_space, and nothing was queued.
  [[nodiscard]] Result<void> push(SharedBytes frame) {
    if (!has_room(frame.size())) return fail(std::errc::no_buffer_space);
    bytes_ += frame.size();
    frames_.push_back(std::move(frame));
    return {};
  }

  [[nodiscard]] std::optional<SharedBytes> pop() {
    if (frames_.empty()) return std::nullopt;
    SharedBytes frame = std::move(frames_.front());
    frames_.pop_front();
    bytes_ -= frame.size();
    return frame;
  }

  [[nodiscard]] bool is_empty() const { return frames_.empty(); }
  [[nodiscard]] bool has_room(std::size_t bytes) const { return bytes <= bytes_max_ - bytes_; }

  void clear() {
    frames_.clear();
    bytes_ = 0;
  }

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;  // Of all frames; at most bytes_max_.
  std::deque<SharedBytes> frames_;
};

}  // namespace malinka::client
