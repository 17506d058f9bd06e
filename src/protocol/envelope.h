// SPDX-License-Identifier: MIT
// What the hub reads of a message: its routing members, as views into the text; the rest stays
// bytes. docs/protocol.md section 3.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "malinka/message.h"
#include "malinka/result.h"
#include "protocol/envelope_error.h"

namespace malinka::protocol {

/// The blob member of an envelope.
struct EnvelopeBlob {
  std::string_view json;              ///< The whole object.
  std::optional<std::uint64_t> size;  ///< What `size` says, where it is there.
  std::string_view content;           ///< The JSON token, a string or null; empty when absent.
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
  /// Decoded, each once, in the order of their first mention. Empty where is_to_all, and for
  /// Broadcasts.
  std::vector<std::string> recipients;
  bool is_to_all = false;  ///< recipients was ["*"].
  std::optional<Wall> expires_at;
  std::optional<EnvelopeBlob> blob;
};

/// The routing members of a message. One of them twice, or a backslash in a name where they stand,
/// is refused, and so is a Command or Response without the recipients that it needs. A member that
/// is null counts as absent. Errors: EnvelopeError, the context says where.
[[nodiscard]] Result<Envelope> scan_envelope(std::string_view text);

/// The id of a message that is otherwise refused, so that its sender can be told; "null" where none
/// is found.
[[nodiscard]] std::string find_id(std::string_view text);

/// The message with `originator` (a plain name) in place of what the sender wrote there, by
/// splicing.
[[nodiscard]] std::string stamp_originator(const Envelope& envelope, std::string_view originator);

}  // namespace malinka::protocol
