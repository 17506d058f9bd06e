// SPDX-License-Identifier: MIT
// An IPv4 or IPv6 address with its port, as the kernel takes it and as text.

#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace malinka::net {

/// **Value.**
class SocketAddress {
 public:
  SocketAddress() = default;  ///< Of no family: a place for the kernel to write to, through data().

  /// From the text of an address; nothing where it is not numeric.
  [[nodiscard]] static std::optional<SocketAddress> from_text(const std::string& address,
                                                              std::uint16_t port);
  /// From what getaddrinfo gives.
  [[nodiscard]] static SocketAddress copy_of(const sockaddr* address, socklen_t size);

  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] std::uint16_t port() const;
  /// In the order of the network: 4 of an IPv4 address, 16 of an IPv6 one, none of any other.
  [[nodiscard]] std::span<const unsigned char> ip_bytes() const;

  [[nodiscard]] const sockaddr* data() const {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] socklen_t* size_place() { return &size_; }

 private:
  [[nodiscard]] const sockaddr_in& ipv4() const {
    return reinterpret_cast<const sockaddr_in&>(storage_);
  }
  [[nodiscard]] const sockaddr_in6& ipv6() const {
    return reinterpret_cast<const sockaddr_in6&>(storage_);
  }

  sockaddr_storage storage_{};
  socklen_t size_ = sizeof(sockaddr_storage);
};

}  // namespace malinka::net
