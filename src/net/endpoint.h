// SPDX-License-Identifier: MIT
// Where something listens, as people write it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "malinka/result.h"

namespace malinka::net {

/// A numeric address and a port: 127.0.0.1:31415, [::1]:31415. **Value.**
struct Endpoint {
  std::string address;  ///< Without brackets. `::` is every address, IPv4 too.
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const;
  /// Also takes `:31415` for every address. Errors: std::errc::invalid_argument, with what was
  /// given as context.
  [[nodiscard]] static Result<Endpoint> parse(std::string_view text);
};

}  // namespace malinka::net
