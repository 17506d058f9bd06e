// SPDX-License-Identifier: MIT
// The payload of a close frame. RFC 6455 sections 5.5.1 and 7.4.

#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "malinka/result.h"

namespace malinka::wire {

inline constexpr std::uint16_t close_normal = 1000;
inline constexpr std::uint16_t close_going_away = 1001;
inline constexpr std::uint16_t close_protocol_error = 1002;
inline constexpr std::uint16_t close_no_status =
    1005;                                              ///< Never sent: stands for an empty payload.
inline constexpr std::uint16_t close_abnormal = 1006;  ///< Never sent: the connection just ended.
inline constexpr std::uint16_t close_bad_data = 1007;
inline constexpr std::uint16_t close_too_big = 1009;

inline constexpr std::size_t close_reason_bytes_max = 123;

struct CloseStatus {
  std::uint16_t code = close_no_status;
  std::string reason;  ///< UTF-8, at most close_reason_bytes_max.
};

/// Errors: FrameError::bad_close_payload, also for a code that may not be sent;
/// FrameError::bad_utf8 for the reason.
[[nodiscard]] Result<CloseStatus> parse_close(ByteView payload);

/// Empty for a code that may not be sent. The reason is cut at a character's end where it is too
/// long.
[[nodiscard]] Bytes make_close_payload(const CloseStatus& status);

/// The code that answers an input the decoder refused: 1002, or 1007 for bad UTF-8.
[[nodiscard]] std::uint16_t close_code_for(const Error& error);

}  // namespace malinka::wire
