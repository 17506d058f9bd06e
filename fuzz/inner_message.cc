// SPDX-License-Identifier: MIT
// What was in a box: whatever a member of the channel seals, it is refused, or it is a message that
// says the same when it is written again.

#include <algorithm>
#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"
#include "protocol/message_codec.h"

namespace malinka::protocol {
namespace {

void check_same(const Message& one, const Message& other) {
  ASSERT(one.type == other.type && one.id == other.id && one.name == other.name);
  ASSERT(one.originator == other.originator && one.recipients == other.recipients);
  ASSERT(one.expires_at == other.expires_at && one.value == other.value);
  ASSERT(one.blob.has_value() == other.blob.has_value());
  if (one.blob) ASSERT(std::ranges::equal(*one.blob->content, *other.blob->content));
  ASSERT(one.response.has_value() == other.response.has_value());
  if (!one.response) return;
  ASSERT(one.response->request_id == other.response->request_id);
  ASSERT(one.response->success == other.response->success);
  ASSERT(one.response->error == other.response->error);
}

void check(ByteView plaintext) {
  const auto inner = decode_inner_message(plaintext);
  if (!inner) return;
  Bytes again = encode_inner_head(inner->message, inner->deadline);
  if (inner->message.blob) append(again, ByteView(*inner->message.blob->content));
  const auto decoded = decode_inner_message(again);
  ASSERT(decoded.has_value());
  ASSERT(decoded->deadline == inner->deadline);
  check_same(inner->message, decoded->message);
}

}  // namespace
}  // namespace malinka::protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::protocol::check(std::as_bytes(std::span(data, size)));
  return 0;
}
