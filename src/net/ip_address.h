// SPDX-License-Identifier: MIT
// Whose address a connection comes from: without a port, and small, since there are many.

#pragma once

#include <array>
#include <string>

#include "net/socket_address.h"

namespace malinka::net {

/// **Value.**
class IpAddress {
 public:
  IpAddress() = default;  ///< `::`, nobody's.
  explicit IpAddress(const SocketAddress& address);

  /// An IPv4 address that came mapped into IPv6 is given as IPv4.
  [[nodiscard]] std::string text() const;

 private:
  std::array<unsigned char, 16> bytes_{};  // An IPv4 address is mapped into IPv6.
};

}  // namespace malinka::net
