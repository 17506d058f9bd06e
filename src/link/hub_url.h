// SPDX-License-Identifier: MIT
// A hub's address as people write it. RFC 3986 section 3, RFC 6455 section 3.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "malinka/result.h"

namespace malinka::link {

/// A hub's address taken apart: ws[s]://HOST[:PORT][/PATH], http[s] meaning the same. The path is
/// /bus and the port the scheme's unless given. **Value.**
struct HubUrl {
  bool is_secure = false;
  std::string host;  ///< Without brackets.
  std::uint16_t port = 0;
  std::string target;  ///< Path and query.

  /// Errors: std::errc::invalid_argument, with what was given as context (up to a `#`, behind which
  /// there may be a password).
  [[nodiscard]] static Result<HubUrl> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string host_field() const;     ///< As in an HTTP Host field.
  [[nodiscard]] std::string host_and_port() const;  ///< As for a person: host:port.
};

}  // namespace malinka::link
