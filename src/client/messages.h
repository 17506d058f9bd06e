// SPDX-License-Identifier: MIT
// The messages that a subscriber makes, and what it says of those that it could not send.

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/response_code.h"
#include "malinka/client.h"
#include "malinka/message.h"

namespace malinka::client {

inline constexpr std::chrono::milliseconds timeout_longest = std::chrono::hours(24);
inline constexpr std::string_view not_known = "not known whether it was carried out";

/// Whether they are all others: `*` and nobody beside.
[[nodiscard]] bool names_all(const std::vector<std::string>& recipients);

/// An id fresh from the kernel, as a JSON token.
[[nodiscard]] std::string make_id();
/// The Command that asks `request`.
[[nodiscard]] Message make_command(Request request);
/// The Response that answers `command`. A code of 0 becomes 200 or 500.
[[nodiscard]] Message make_response(const Message& command, Answer answer);

/// Whether the hub says by it that a message was not delivered; its own answers to hub.* have other
/// codes or none. docs/protocol.md section 4.
[[nodiscard]] bool is_report(const ResponseStatus& status);

/// What an answer made here says of `recipient`.
[[nodiscard]] Answer make_failure(std::string recipient, ResponseCode code, std::string error);
/// Why a request could not be sent to `recipient`.
[[nodiscard]] Answer make_send_failure(const std::string& recipient, const Error& error);

}  // namespace malinka::client
