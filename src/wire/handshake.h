// SPDX-License-Identifier: MIT
// The opening handshake, both ends of it, as pure functions. RFC 6455 section 4.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/http_head.h"

namespace malinka::wire {

enum class HandshakeError {
  not_an_upgrade = 1,
  wrong_method,
  wrong_version,
  bad_key,
  not_accepted,
  bad_accept,
  bad_protocol,
  bad_extension,
};
std::string_view describe(HandshakeError error);
inline std::error_code make_error_code(HandshakeError error) {
  return base::error_code_of(error, "handshake");
}

/// A client's wish to upgrade, checked. Section 4.2.1.
struct UpgradeRequest {
  std::string key;                     ///< Sec-WebSocket-Key: 16 bytes of base64.
  std::vector<std::string> protocols;  ///< Offered subprotocols, in the client's order.
};

/// Errors: HandshakeError; wrong_version is answered by 426 with `Sec-WebSocket-Version: 13`.
[[nodiscard]] Result<UpgradeRequest> check_upgrade_request(const RequestHead& head);

/// The whole 101 answer; `protocol` is one that was offered, or empty. Section 4.2.2.
[[nodiscard]] std::string make_upgrade_response(const UpgradeRequest& request,
                                                std::string_view protocol);

/// A fresh Sec-WebSocket-Key.
[[nodiscard]] std::string make_key();

/// The whole request of a client. Section 4.1. `host` with its port where it is not the scheme's.
[[nodiscard]] std::string make_upgrade_request(std::string_view host, std::string_view target,
                                               std::string_view key,
                                               const std::vector<std::string>& protocols);

/// The subprotocol that the server chose, empty for none. Errors: HandshakeError. Section 4.1.
[[nodiscard]] Result<std::string> check_upgrade_response(const ResponseHead& head,
                                                         std::string_view key,
                                                         const std::vector<std::string>& offered);

}  // namespace malinka::wire

template <>
struct std::is_error_code_enum<malinka::wire::HandshakeError> : std::true_type {};
