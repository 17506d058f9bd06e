// SPDX-License-Identifier: MIT
// The ways to give the same bytes to many sockets.

#pragma once

#include <memory>
#include <span>
#include <string_view>

namespace malinka::bench {

/// **Loop-bound.**
class Sends {
 public:
  virtual ~Sends() = default;

  /// Sends `bytes` to `socket`, at once or by submit(), until when they must stay where they are.
  virtual void add(int socket, std::string_view bytes) = 0;
  /// Returns once everything added was taken by the kernel.
  virtual void submit() = 0;
};

/// One send(2) each.
[[nodiscard]] std::unique_ptr<Sends> make_plain_sends();
/// All together, by io_uring; null where the kernel refuses a ring.
[[nodiscard]] std::unique_ptr<Sends> make_ring_sends();

/// Waits for room as often as it takes: for what did not fit at once, which a measurement never
/// sees.
void send_all(int socket, std::string_view bytes);

}  // namespace malinka::bench
