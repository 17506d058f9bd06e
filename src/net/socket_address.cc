// SPDX-License-Identifier: MIT
#include "net/socket_address.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <array>
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

std::string SocketAddress::address_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = &ipv4().sin_addr;
  int text_family = family();
  if (family() == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&ipv6().sin6_addr)) {
    bytes = &ipv6().sin6_addr.s6_addr[12];
    text_family = AF_INET;
  } else if (family() == AF_INET6) {
    bytes = &ipv6().sin6_addr;
  }
  if (::inet_ntop(text_family, bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

}  // namespace malinka::net
