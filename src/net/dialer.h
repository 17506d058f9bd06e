// SPDX-License-Identifier: MIT
// Outgoing TCP connections: the name looked up on a thread of its own, then each address in turn,
// the next one when the last failed or hesitates (RFC 8305 section 5).

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/loop.h"
#include "net/socket_address.h"
#include "net/stream.h"

namespace malinka::net {

using DialHandler = std::move_only_function<void(Result<std::unique_ptr<Stream>>) noexcept>;

/// One attempt to connect; destroying it gives up, and the handler is not called. **Loop-bound.**
class Dialer {
 public:
  /// Tries `host` (a name or an address) until `timeout`. `handler` is called once, in a later
  /// turn, and may destroy the dialer. Errors given to it, with the host and port as context: those
  /// of connect(2); std::errc::timed_out; LookupError.
  [[nodiscard]] static std::unique_ptr<Dialer> dial(Loop& loop, const std::string& host,
                                                    std::uint16_t port,
                                                    std::chrono::milliseconds timeout,
                                                    DialHandler handler);
  /// The same with what a lookup would have found; `context` is what errors name.
  [[nodiscard]] static std::unique_ptr<Dialer> dial(Loop& loop,
                                                    std::vector<SocketAddress> addresses,
                                                    std::string context,
                                                    std::chrono::milliseconds timeout,
                                                    DialHandler handler);
  virtual ~Dialer() = default;
};

}  // namespace malinka::net
