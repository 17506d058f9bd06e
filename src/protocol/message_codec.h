// SPDX-License-Identifier: MIT
// malinka::Message to and from its two wire forms: what clients speak. docs/protocol.md sections 3
// and 5.

#pragma once

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

}  // namespace malinka::protocol
