// SPDX-License-Identifier: MIT
#include "client/message_form.h"

#include "base/try.h"
#include "protocol/binary_message.h"
#include "protocol/message_codec.h"
#include "wire/frame.h"

namespace malinka::client {
namespace {

/// For a hub that takes text only: the blob goes as base64.
Result<protocol::EncodedMessage> as_text_message(const protocol::EncodedMessage& binary) {
  const protocol::BinaryMessage parts = TRY(protocol::split_binary_message(binary.payload));
  const std::string text = TRY(protocol::to_text_message(parts.envelope, parts.blob));
  return protocol::EncodedMessage{.is_binary = false, .payload = to_bytes(text)};
}

}  // namespace

Result<SharedBytes> MessageForm::make_frame(const Message& message) const {
  protocol::EncodedMessage encoded = TRY(protocol::encode_message(message));
  if (encoded.is_binary && !takes_binary) encoded = TRY(as_text_message(encoded));
  if (encoded.payload.size() > payload_bytes_max) return fail(std::errc::message_size);
  const wire::Opcode opcode = encoded.is_binary ? wire::Opcode::binary : wire::Opcode::text;
  return SharedBytes(wire::make_frame(opcode, encoded.payload, wire::Role::client));
}

Result<Message> MessageForm::read(link::MessageKind kind, ByteView payload) {
  switch (kind) {
    case link::MessageKind::text: return protocol::decode_text_message(as_text(payload));
    case link::MessageKind::binary: return protocol::decode_binary_message(payload);
  }
  return fail(std::errc::bad_message);
}

}  // namespace malinka::client
