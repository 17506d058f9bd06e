// SPDX-License-Identifier: MIT
// A listening TCP socket.

#pragma once

#include <functional>
#include <memory>

#include "net/endpoint.h"
#include "net/loop.h"
#include "net/stream.h"

namespace malinka::net {

using AcceptHandler = std::move_only_function<void(std::unique_ptr<Stream>) noexcept>;

/// Accepts while it lives. Out of descriptors (EMFILE), it pauses for 100 ms instead of spinning.
/// Not to be destroyed by its own handler. **Loop-bound.**
class Listener {
 public:
  /// Port 0 takes a free one. Errors: those of bind and listen, with the address as context.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(Loop& loop, const Endpoint& endpoint,
                                                              AcceptHandler on_accept);
  virtual ~Listener() = default;
  /// Where it listens, with the real port.
  [[nodiscard]] virtual const Endpoint& endpoint() const = 0;
};

}  // namespace malinka::net
