// SPDX-License-Identifier: MIT
#include "client/message_form.h"

#include <memory>
#include <utility>

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

Result<Received> read_text(ByteView payload) {
  Received received{.message = TRY(protocol::decode_text_message(as_text(payload))), .sealed = {}};
  const auto& blob = received.message.blob;
  if (received.message.is_sealed && blob && blob->content) received.sealed = *blob->content;
  return received;
}

Result<Received> read_binary(ByteView payload) {
  auto [message, blob] = TRY(protocol::decode_binary_head(payload));
  if (message.is_sealed) return Received{std::move(message), blob};
  if (message.blob) message.blob->content = std::make_shared<const Bytes>(blob.begin(), blob.end());
  return Received{std::move(message), {}};
}

}  // namespace

std::size_t MessageForm::frame_bytes_for(std::size_t blob_bytes) const {
  // Names of 128 bytes, each of which JSON may write as six; an id; a frame's header.
  constexpr std::size_t envelope_bytes = 2048;
  return envelope_bytes + (takes_binary ? blob_bytes : (blob_bytes + 2) / 3 * 4);
}

Result<SharedBytes> MessageForm::make_frame(const Message& message) const {
  protocol::EncodedMessage encoded = TRY(protocol::encode_message(message));
  if (encoded.is_binary && !takes_binary) encoded = TRY(as_text_message(encoded));
  if (encoded.payload.size() > payload_bytes_max) return fail(std::errc::message_size);
  const wire::Opcode opcode = encoded.is_binary ? wire::Opcode::binary : wire::Opcode::text;
  return SharedBytes(wire::make_frame(opcode, encoded.payload, wire::Role::client));
}

Result<Received> MessageForm::read(link::MessageKind kind, ByteView payload) {
  switch (kind) {
    case link::MessageKind::text: return read_text(payload);
    case link::MessageKind::binary: return read_binary(payload);
  }
  return fail(std::errc::bad_message);
}

}  // namespace malinka::client
