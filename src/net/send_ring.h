// SPDX-License-Identifier: MIT
// Sends to many sockets in one system call, through the kernel's io_uring. See io_uring(7).

#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "malinka/result.h"

namespace malinka::net {

/// Bytes for one socket, and what became of them.
struct SocketSend {
  int socket = -1;
  ByteView bytes;
  std::int64_t result = -ECANCELED;  ///< How many of them went; negative: an errno, and none went.
};

/// The most sends that one submission takes: many, since each way into the kernel and back finds
/// the caches full of the other side's things.
inline constexpr std::size_t ring_sends_max = 1024;

/// **Loop-bound.** Holds nothing between two submissions.
class SendRing {
 public:
  virtual ~SendRing() = default;

  /// Prepares a send for the next submission, which takes ring_sends_max of them, one for each
  /// socket. Neither `send` nor its bytes move until then.
  virtual void add(SocketSend& send) noexcept = 0;
  /// Sends what fits now, as send(2) without blocking would, and sets every result. Errors: those
  /// of io_uring_enter(2); then nothing went of the sends whose result is -ECANCELED, and the ring
  /// is not to be used again.
  [[nodiscard]] virtual Result<void> submit() noexcept = 0;
};

/// Errors: those of io_uring_setup(2); std::errc::operation_not_supported where the kernel's
/// io_uring cannot do what this needs (Linux 5.18 can).
[[nodiscard]] Result<std::unique_ptr<SendRing>> open_send_ring();

/// Sends over a pair of sockets, and looks whether the ring tells all of it, none of it, a part and
/// a failure apart. Errors: what went wrong.
[[nodiscard]] Result<void> probe_send_ring(SendRing& ring);

}  // namespace malinka::net
