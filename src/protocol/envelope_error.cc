// SPDX-License-Identifier: MIT
#include "protocol/envelope_error.h"

namespace malinka::protocol {

std::string_view describe(EnvelopeError error) {
  switch (error) {
    case EnvelopeError::not_utf8: return "not UTF-8";
    case EnvelopeError::not_json: return "not JSON";
    case EnvelopeError::not_an_object: return "a message must be a JSON object";
    case EnvelopeError::too_deep: return "nested too deep";
    case EnvelopeError::repeated_member: return "must not stand there twice";
    case EnvelopeError::escaped_name: return "a member's name must be written without a backslash";
    case EnvelopeError::unknown_message_type: return "must be Command, Response or Broadcast";
    case EnvelopeError::bad_id: return "must be a number or a string, of at most 64 bytes";
    case EnvelopeError::bad_name: return "must be a string";
    case EnvelopeError::bad_recipients:
      return "must be names: of a Command one or more, or * alone; of a Response exactly one";
    case EnvelopeError::too_many_recipients: return "more than one message may name";
    case EnvelopeError::bad_expires_at: return "must be a time as 2026-11-22T21:48:07Z";
    case EnvelopeError::bad_blob:
      return "must be an object with a whole number as its size and a string as its content";
    case EnvelopeError::bad_response: return "must be an object with an id as its requestId";
  }
  return "unknown";
}

}  // namespace malinka::protocol
