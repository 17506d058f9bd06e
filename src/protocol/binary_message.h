// SPDX-License-Identifier: MIT
// Binary messages: a length, the envelope, the blob's bytes; and the way to text messages and back.
// docs/protocol.md section 5.

#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error_category.h"
#include "malinka/result.h"
#include "protocol/envelope.h"

namespace malinka::protocol {

enum class BinaryMessageError {
  too_short = 1,
  envelope_too_long,
  envelope_incomplete,
  size_differs,
  has_content,
  bytes_without_blob
};
std::string_view describe(BinaryMessageError error);
inline std::error_code make_error_code(BinaryMessageError error) {
  return base::error_code_of(error, "binary message");
}

/// A binary message taken apart; views into it.
struct BinaryMessage {
  std::string_view envelope;
  ByteView blob;
};

/// Takes the two parts apart by the length in front. Errors: BinaryMessageError.
[[nodiscard]] Result<BinaryMessage> split_binary_message(ByteView message);

/// The same for what was in a box, where the envelope may be as long as all of it. Errors:
/// BinaryMessageError.
[[nodiscard]] Result<BinaryMessage> split_inner_message(ByteView message);

/// Fails unless the envelope's blob member and the bytes agree. Errors: BinaryMessageError.
[[nodiscard]] Result<void> check_blob(const Envelope& envelope, ByteView blob);

/// The four bytes in front of the envelope.
[[nodiscard]] Bytes binary_message_prefix(std::size_t envelope_bytes);

/// The text message that says the same: blob.content is the bytes as base64. `text` is the
/// envelope's, possibly stamped. Errors: EnvelopeError.
[[nodiscard]] Result<std::string> to_text_message(std::string_view envelope_text, ByteView blob);

}  // namespace malinka::protocol

template <>
struct std::is_error_code_enum<malinka::protocol::BinaryMessageError> : std::true_type {};
