// SPDX-License-Identifier: MIT
#include "protocol/binary_message.h"

#include <cstdint>
#include <limits>

#include "base/base64.h"
#include "base/limits.h"
#include "base/try.h"
#include "protocol/splice.h"

namespace malinka::protocol {
namespace {

constexpr std::size_t prefix_size = 4;

/// A little-endian u32.
std::size_t read_prefix(ByteView bytes) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < prefix_size; ++i)
    number |= std::to_integer<std::size_t>(bytes[i]) << (8 * i);
  return number;
}

Result<BinaryMessage> split(ByteView message, std::size_t envelope_bytes_max) {
  if (message.size() < prefix_size) return fail(BinaryMessageError::too_short);
  const std::size_t envelope_bytes = read_prefix(message);
  if (envelope_bytes > envelope_bytes_max) return fail(BinaryMessageError::envelope_too_long);
  const ByteView rest = message.subspan(prefix_size);
  if (envelope_bytes > rest.size()) return fail(BinaryMessageError::envelope_incomplete);
  return BinaryMessage{as_text(rest.first(envelope_bytes)), rest.subspan(envelope_bytes)};
}

/// True for `{}`, whatever white space is in it.
bool is_empty_object(std::string_view object) {
  return object.find_first_not_of(" \t\r\n", 1) == object.size() - 1;
}

}  // namespace

std::string_view describe(BinaryMessageError error) {
  switch (error) {
    case BinaryMessageError::too_short: return "shorter than its first four bytes";
    case BinaryMessageError::envelope_too_long: return "the envelope is longer than 65536 bytes";
    case BinaryMessageError::envelope_incomplete: return "ends inside its envelope";
    case BinaryMessageError::size_differs: return "blob.size is not the number of bytes that came";
    case BinaryMessageError::has_content: return "blob.content does not belong here";
    case BinaryMessageError::bytes_without_blob: return "bytes came without a blob member";
  }
  return "unknown";
}

Result<BinaryMessage> split_binary_message(ByteView message) {
  return split(message, limits::binary_envelope_bytes_max);
}

Result<BinaryMessage> split_inner_message(ByteView message) {
  return split(message, std::numeric_limits<std::size_t>::max());
}

Result<void> check_blob(const Envelope& envelope, ByteView blob) {
  if (!envelope.blob) {
    if (!blob.empty()) return fail(BinaryMessageError::bytes_without_blob);
    return {};
  }
  const bool has_content = envelope.blob->content.starts_with('"');
  if (has_content) return fail(BinaryMessageError::has_content);
  if (envelope.blob->size.value_or(0) != blob.size()) return fail(BinaryMessageError::size_differs);
  return {};
}

Bytes binary_message_prefix(std::size_t envelope_bytes) {
  Bytes prefix;
  for (std::size_t i = 0; i < prefix_size; ++i)
    prefix.push_back(static_cast<std::byte>((envelope_bytes >> (8 * i)) & 0xFF));
  return prefix;
}

Result<std::string> to_text_message(std::string_view envelope_text, ByteView blob) {
  const Envelope envelope = TRY(scan_envelope(envelope_text));
  if (!envelope.blob) {
    if (!blob.empty()) return fail(EnvelopeError::bad_blob, "blob");
    return std::string(envelope_text);
  }
  const EnvelopeBlob& member = *envelope.blob;
  const std::string content = '"' + base::encode_base64(blob) + '"';
  if (!member.content.empty()) return splice(envelope_text, member.content, content);
  const std::string_view behind_last_member = member.json.substr(member.json.size() - 1, 0);
  const std::string_view comma = is_empty_object(member.json) ? "" : ",";
  return splice(envelope_text, behind_last_member, std::string(comma) + R"("content":)" + content);
}

}  // namespace malinka::protocol
