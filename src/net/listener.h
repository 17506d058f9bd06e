// SPDX-License-Identifier: MIT
// A listening TCP socket.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/loop.h"
#include "net/stream.h"

namespace malinka::net {

/// A numeric address and a port: 127.0.0.1:31415, [::1]:31415.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const;
  /// Errors: std::errc::invalid_argument, with what was given as context.
  [[nodiscard]] static Result<Endpoint> parse(std::string_view text);
};

using AcceptHandler = std::move_only_function<void(std::unique_ptr<Stream>) noexcept>;

/// Accepts while it lives. Out of descriptors (EMFILE), it pauses for 100 ms instead of spinning.
/// **Loop-bound.**
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
