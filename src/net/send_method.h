// SPDX-License-Identifier: MIT
// How a program sends: through io_uring, or plainly where that is refused. Decided once, by trying.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/send_ring.h"

namespace malinka::net {

/// **Value.**
class SendMethod {
 public:
  using RingOpener = std::function<Result<std::unique_ptr<SendRing>>()>;

  /// Tries a ring, and is plain where that fails, for example under seccomp or on an old kernel.
  [[nodiscard]] static SendMethod choose(RingOpener open = open_send_ring);
  /// Plain without trying.
  [[nodiscard]] static SendMethod plain();

  /// A ring for one more loop; null where sends are plain.
  [[nodiscard]] std::unique_ptr<SendRing> make_ring() const;

  /// One line for a person: "io_uring", or "plain" with why.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  SendMethod(RingOpener open, std::string text) : open_(std::move(open)), text_(std::move(text)) {}

  RingOpener open_;  // Empty: plain.
  std::string text_;
};

}  // namespace malinka::net
