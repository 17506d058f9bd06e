// SPDX-License-Identifier: MIT
#include "wire/close_code.h"

#include <string_view>

#include "base/utf8.h"
#include "wire/frame.h"

namespace malinka::wire {
namespace {

/// Section 7.4 and the registry of section 11.7: 1004 to 1006 and 1015 are reserved, below 1000 and
/// from 1016 to 2999 nothing is defined, and 3000 to 4999 belong to applications.
bool may_be_sent(std::uint16_t code) {
  if (code >= 1000 && code <= 1003) return true;
  if (code >= 1007 && code <= 1014) return true;
  return code >= 3000 && code <= 4999;
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::string_view cut_at_character(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && continues_character(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

Result<CloseStatus> parse_close(ByteView payload) {
  if (payload.empty()) return CloseStatus{};
  if (payload.size() < 2 || payload.size() > control_payload_bytes_max)
    return fail(FrameError::bad_close_payload);
  const auto code = static_cast<std::uint16_t>(std::to_integer<unsigned>(payload[0]) << 8 |
                                               std::to_integer<unsigned>(payload[1]));
  if (!may_be_sent(code)) return fail(FrameError::bad_close_payload);  // 7.4.2
  const std::string_view reason = as_text(payload.subspan(2));
  if (!base::is_utf8(reason)) return fail(FrameError::bad_utf8);  // 5.5.1
  return CloseStatus{code, std::string(reason)};
}

Bytes make_close_payload(const CloseStatus& status) {
  if (!may_be_sent(status.code)) return {};
  Bytes payload{static_cast<std::byte>(status.code >> 8), static_cast<std::byte>(status.code)};
  append(payload, cut_at_character(status.reason, close_reason_bytes_max));
  return payload;
}

std::uint16_t close_code_for(const Error& error) {
  return error.code == FrameError::bad_utf8 ? close_bad_data : close_protocol_error;
}

}  // namespace malinka::wire
