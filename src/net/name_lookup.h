// SPDX-License-Identifier: MIT
// From a host's name to its addresses: getaddrinfo on a short-lived thread, so that no loop waits
// for it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error_category.h"
#include "malinka/result.h"
#include "net/loop.h"
#include "net/socket_address.h"

namespace malinka::net {

enum class LookupError { name_not_found = 1, too_many_lookups };
std::string_view describe(LookupError error);
inline std::error_code make_error_code(LookupError error) {
  return base::error_code_of(error, "lookup");
}

using LookupHandler = std::move_only_function<void(Result<std::vector<SocketAddress>>) noexcept>;

/// One look-up; destroying it gives up, though its thread may go on for a while, alone.
/// **Loop-bound.**
class NameLookup {
 public:
  /// `handler` is called once, in a later turn, with at least one address: the kinds take turns,
  /// the system's choice first (RFC 8305 section 4). Errors given to it: LookupError.
  [[nodiscard]] static std::unique_ptr<NameLookup> start(Loop& loop, const std::string& host,
                                                         std::uint16_t port, LookupHandler handler);
  virtual ~NameLookup() = default;
};

}  // namespace malinka::net

template <>
struct std::is_error_code_enum<malinka::net::LookupError> : std::true_type {};
