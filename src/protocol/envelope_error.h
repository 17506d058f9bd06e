// SPDX-License-Identifier: MIT
// What can be wrong with a message's text. docs/protocol.md section 3.

#pragma once

#include <string_view>

#include "base/error_category.h"

namespace malinka::protocol {

enum class EnvelopeError {
  not_utf8 = 1,
  not_json,
  not_an_object,
  too_deep,
  repeated_member,
  escaped_name,
  unknown_message_type,
  bad_id,
  bad_name,
  bad_recipients,
  too_many_recipients,
  bad_expires_at,
  bad_blob,
  bad_response,
};
std::string_view describe(EnvelopeError error);
inline std::error_code make_error_code(EnvelopeError error) {
  return base::error_code_of(error, "envelope");
}

}  // namespace malinka::protocol

template <>
struct std::is_error_code_enum<malinka::protocol::EnvelopeError> : std::true_type {};
