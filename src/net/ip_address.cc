// SPDX-License-Identifier: MIT
#include "net/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <span>

namespace malinka::net {
namespace {

constexpr std::array<unsigned char, 12> ipv4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::string text_of(int family, const unsigned char* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(family, bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

}  // namespace

IpAddress::IpAddress(const SocketAddress& address) {
  const std::span<const unsigned char> bytes = address.ip_bytes();
  if (bytes.size() == 4) std::ranges::copy(ipv4_prefix, bytes_.begin());
  std::ranges::copy(bytes, bytes_.end() - static_cast<std::ptrdiff_t>(bytes.size()));
}

std::string IpAddress::text() const {
  const bool is_ipv4 = std::ranges::equal(std::span(bytes_).first<12>(), ipv4_prefix);
  return is_ipv4 ? text_of(AF_INET, &bytes_[12]) : text_of(AF_INET6, bytes_.data());
}

}  // namespace malinka::net
