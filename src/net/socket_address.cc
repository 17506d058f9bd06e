// SPDX-License-Identifier: MIT
#include "net/socket_address.h"

#include <netdb.h>

#include <algorithm>
#include <cstring>

namespace malinka::net {

std::optional<SocketAddress> SocketAddress::from_text(const std::string& address,
                                                      std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags =
      AI_NUMERICHOST | AI_NUMERICSERV;  // Never asks a name server; knows fe80::1%eth0.
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  if (::getaddrinfo(address.c_str(), service.c_str(), &hints, &found) != 0) return std::nullopt;
  const SocketAddress result = copy_of(found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return result;
}

SocketAddress SocketAddress::copy_of(const sockaddr* address, socklen_t size) {
  SocketAddress result;
  result.size_ = std::min<socklen_t>(size, sizeof result.storage_);
  std::memcpy(&result.storage_, address, result.size_);
  return result;
}

std::uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET6 ? ipv6().sin6_port : ipv4().sin_port);
}

std::span<const unsigned char> SocketAddress::ip_bytes() const {
  if (family() == AF_INET6) return ipv6().sin6_addr.s6_addr;
  if (family() != AF_INET) return {};
  return {reinterpret_cast<const unsigned char*>(&ipv4().sin_addr), sizeof ipv4().sin_addr};
}

}  // namespace malinka::net
