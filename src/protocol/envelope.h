// SPDX-License-Identifier: MIT
// What the hub reads of a message: its routing members, as views into the text; the rest stays
// bytes. docs/protocol.md section 3.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error_category.h"
#include "malinka/message.h"
#include "malinka/result.h"

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

/// The blob member of an envelope.
struct EnvelopeBlob {
  std::string_view json;              ///< The whole object.
  std::optional<std::uint64_t> size;  ///< What `size` says, where it is there.
  std::optional<std::string_view>
      content;  ///< The base64 text without its quotes, where it is there.
};

/// A scanned message. **Value**, but every view lies in the text that was scanned.
struct Envelope {
  MessageType type = MessageType::broadcast;
  std::string_view text;        ///< All of it.
  std::string_view id;          ///< The JSON token, empty when absent.
  std::string_view name;        ///< The JSON token with its quotes, empty when absent.
  std::string_view value;       ///< JSON text, empty when absent.
  std::string_view originator;  ///< The JSON token that is to be replaced, empty when absent.
  std::string_view response;    ///< JSON text of the object, empty when absent.
  std::string_view request_id;  ///< response.requestId, the JSON token; empty when absent.
  std::vector<std::string>
      recipients;          ///< Decoded, each once, in the order of their first mention.
  bool is_to_all = false;  ///< recipients was ["*"].
  std::optional<Wall> expires_at;
  std::optional<EnvelopeBlob> blob;
};

/// The members of a message that must be its only ones: twice, or with a backslash in a name, is
/// refused. A Command or Response without what it needs of recipients is refused too: Command at
/// least one, `*` only alone; Response exactly one, a name. Errors: EnvelopeError, the context says
/// where.
[[nodiscard]] Result<Envelope> scan_envelope(std::string_view text);

/// The id of a message that is otherwise refused, so that its sender can be told; "null" where none
/// is found.
[[nodiscard]] std::string find_id(std::string_view text);

/// The message with `originator` (a plain name) in place of what the sender wrote there, by
/// splicing.
[[nodiscard]] std::string stamp_originator(const Envelope& envelope, std::string_view originator);

}  // namespace malinka::protocol

template <>
struct std::is_error_code_enum<malinka::protocol::EnvelopeError> : std::true_type {};
