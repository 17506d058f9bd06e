// SPDX-License-Identifier: MIT
// malinka::Message to and from its two wire forms: what clients speak. docs/protocol.md sections 3
// and 5.

#pragma once

#include <chrono>
#include <optional>

#include "base/bytes.h"
#include "malinka/message.h"
#include "malinka/result.h"

namespace malinka::protocol {

/// A message's payload, and whether it is to travel as a binary WebSocket message.
struct EncodedMessage {
  bool is_binary = false;
  Bytes payload;
};

/// Binary where there is a blob, else text. The message's tokens (id, value) must be valid JSON.
/// Errors: std::errc::message_size for an envelope that is too long for a binary message.
[[nodiscard]] Result<EncodedMessage> encode_message(const Message& message);

/// Errors: EnvelopeError, BinaryMessageError; nothing else is assumed of who sent it.
[[nodiscard]] Result<Message> decode_text_message(std::string_view text);
[[nodiscard]] Result<Message> decode_binary_message(ByteView bytes);

/// A binary message whose blob has not been copied yet.
struct MessageHead {
  Message message;  ///< Its blob, where there is one, has no content.
  ByteView blob;    ///< The content; lies in what was decoded.
};
/// Errors: as decode_binary_message.
[[nodiscard]] Result<MessageHead> decode_binary_head(ByteView bytes);

/// What travels in a box: section 8.
struct InnerMessage {
  Message message;
  /// How long after the session's beginning it may be carried out at the latest.
  std::optional<std::chrono::milliseconds> deadline;
};
/// All but the blob's content, which follows it.
[[nodiscard]] Bytes encode_inner_head(const Message& message,
                                      std::optional<std::chrono::milliseconds> deadline);
/// Errors: as decode_binary_message, but for the envelope's length.
[[nodiscard]] Result<InnerMessage> decode_inner_message(ByteView bytes);

}  // namespace malinka::protocol
