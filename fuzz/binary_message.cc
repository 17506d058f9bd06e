// SPDX-License-Identifier: MIT
// Binary messages: whatever the lengths say, the parts lie within the message and together are all
// of it; what passes the checks can be said as text, with the same blob.

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "base/bytes.h"
#include "protocol/binary_message.h"
#include "protocol/envelope.h"
#include "protocol/message_codec.h"

namespace malinka::protocol {
namespace {

void check_parts(ByteView message, const BinaryMessage& parts) {
  Bytes joined = binary_message_prefix(parts.envelope.size());
  append(joined, parts.envelope);
  append(joined, parts.blob);
  ASSERT(std::ranges::equal(joined, message));
}

void check_text_form(const BinaryMessage& parts) {
  const auto text = to_text_message(parts.envelope, parts.blob);
  ASSERT(text.has_value());
  const auto message = decode_text_message(*text);
  ASSERT(message.has_value());
  ASSERT(message->blob ? std::ranges::equal(*message->blob->content, parts.blob)
                       : parts.blob.empty());
}

void check(ByteView bytes) {
  const auto parts = split_binary_message(bytes);
  const auto decoded = decode_binary_message(bytes);
  if (!parts) {
    ASSERT(!decoded.has_value());
    return;
  }
  check_parts(bytes, *parts);
  const auto envelope = scan_envelope(parts->envelope);
  ASSERT(decoded.has_value() == (envelope && check_blob(*envelope, parts->blob)));
  if (decoded) check_text_form(*parts);
}

}  // namespace
}  // namespace malinka::protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::protocol::check(std::as_bytes(std::span(data, size)));
  return 0;
}
