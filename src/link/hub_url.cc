// SPDX-License-Identifier: MIT
#include "link/hub_url.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/number.h"

namespace malinka::link {
namespace {

constexpr std::uint16_t plain_port = 80;
constexpr std::uint16_t secure_port = 443;
constexpr std::string_view default_target = "/bus";

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::optional<bool> parse_is_secure(std::string_view scheme) {
  const std::string lower = to_lower(scheme);
  if (lower == "ws" || lower == "http") return false;
  if (lower == "wss" || lower == "https") return true;
  return std::nullopt;
}

/// What goes into an HTTP head must not be able to end its line.
bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

/// Takes the host off the front of `authority`, which keeps `:PORT` or nothing.
std::optional<std::string> take_host(std::string_view& authority) {
  const bool has_brackets = authority.starts_with('[');
  const std::size_t end = has_brackets ? authority.find(']') : authority.find(':');
  if (has_brackets && end == std::string_view::npos) return std::nullopt;
  const std::string_view host =
      has_brackets ? authority.substr(1, end - 1) : authority.substr(0, end);
  authority.remove_prefix(std::min(authority.size(), has_brackets ? end + 1 : end));
  if (host.empty() || host.find_first_of("@[]\\%<>\"") != std::string_view::npos)
    return std::nullopt;
  return std::string(host);
}

std::optional<std::uint16_t> parse_port(std::string_view text, std::uint16_t otherwise) {
  if (text.empty()) return otherwise;
  if (!text.starts_with(':')) return std::nullopt;
  text.remove_prefix(1);
  const auto port = base::parse_number<std::uint16_t>(text);
  return port == 0 ? std::nullopt : port;
}

/// People paste the address of the page, whose path is `/`: the hub has no bus there.
std::string parse_target(std::string_view text) {
  if (text.empty() || text == "/") return std::string(default_target);
  if (text.starts_with('?')) return std::string(default_target).append(text);
  return std::string(text);
}

std::optional<HubUrl> parse_parts(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || !is_visible_ascii(text)) return std::nullopt;
  if (text.find('#') != std::string_view::npos) return std::nullopt;
  const std::optional<bool> is_secure = parse_is_secure(text.substr(0, scheme_end));
  const std::string_view rest = text.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());

  std::string_view authority = rest.substr(0, authority_end);
  const std::optional<std::string> host = take_host(authority);
  if (!is_secure || !host) return std::nullopt;
  const std::optional<std::uint16_t> port =
      parse_port(authority, *is_secure ? secure_port : plain_port);
  if (!port) return std::nullopt;
  return HubUrl{*is_secure, *host, *port, parse_target(rest.substr(authority_end))};
}

std::string in_brackets_if_ipv6(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

Result<HubUrl> HubUrl::parse(std::string_view text) {
  std::optional<HubUrl> url = parse_parts(text);
  if (!url) return fail(std::errc::invalid_argument, text.substr(0, text.find('#')));
  return std::move(*url);
}

std::string HubUrl::text() const {
  return (is_secure ? "wss://" : "ws://") + host_field() + target;
}

std::string HubUrl::host_field() const {
  const bool is_default_port = port == (is_secure ? secure_port : plain_port);
  return is_default_port ? in_brackets_if_ipv6(host) : host_and_port();
}

std::string HubUrl::host_and_port() const {
  return in_brackets_if_ipv6(host) + ":" + std::to_string(port);
}

}  // namespace malinka::link
