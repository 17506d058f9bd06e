// SPDX-License-Identifier: MIT
#include "net/endpoint.h"

#include <optional>

#include "base/number.h"
#include "net/socket_address.h"

namespace malinka::net {
namespace {

/// The address without its brackets, which an IPv6 address has and no other; or nothing.
std::optional<std::string> unwrap_address(std::string_view text) {
  if (text.empty()) return "::";
  const bool has_brackets = text.starts_with('[') && text.ends_with(']');
  if (has_brackets) text = text.substr(1, text.size() - 2);
  std::string address(text);
  const std::optional<SocketAddress> parsed = SocketAddress::from_text(address, 0);
  if (!parsed || (parsed->family() == AF_INET6) != has_brackets) return std::nullopt;
  return address;
}

}  // namespace

std::string Endpoint::text() const {
  const bool needs_brackets = address.find(':') != std::string::npos;
  return (needs_brackets ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(std::errc::invalid_argument, text);
  const std::optional<std::string> address = unwrap_address(text.substr(0, colon));
  const std::optional<std::uint16_t> port =
      base::parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!address || !port) return fail(std::errc::invalid_argument, text);
  return Endpoint{*address, *port};
}

}  // namespace malinka::net
