// SPDX-License-Identifier: MIT
// Envelopes: the scanner takes for JSON what another parser does; a message that is scanned is
// still the same one after it was stamped or given its blob as text; and no text is too bad to look
// for an id.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "protocol/binary_message.h"
#include "protocol/envelope.h"
#include "protocol/json_reference.h"
#include "protocol/json_scanner.h"
#include "protocol/json_string.h"
#include "protocol/message_codec.h"

namespace malinka::protocol {
namespace {

Result<void> scan_json(std::string_view text) {
  JsonScanner scanner(text);
  if (const auto value = scanner.value(); !value) return std::unexpected(value.error());
  return scanner.end();
}

void compare_with_reference(std::string_view text) {
  const auto scanned = scan_json(text);
  const bool is_comparable = scanned || scanned.error().code != EnvelopeError::too_deep;
  const auto expected = JsonReference::accepts(text);
  if (is_comparable && expected) ASSERT(scanned.has_value() == *expected);
}

/// All that decides where a message goes, and what it says.
void check_same(const Envelope& one, const Envelope& other) {
  ASSERT(one.type == other.type);
  ASSERT(one.id == other.id);
  ASSERT(one.name == other.name);
  ASSERT(one.value == other.value);
  ASSERT(one.response == other.response);
  ASSERT(one.request_id == other.request_id);
  ASSERT(one.recipients == other.recipients);
  ASSERT(one.is_to_all == other.is_to_all);
  ASSERT(one.expires_at == other.expires_at);
  ASSERT(one.blob.has_value() == other.blob.has_value());
}

void check_stamp(const Envelope& envelope) {
  constexpr std::string_view originator = R"(the "phone" \ 1)";
  const std::string stamped = stamp_originator(envelope, originator);
  const auto again = scan_envelope(stamped);
  ASSERT(again.has_value());
  ASSERT(unquote_json(again->originator) == originator);
  check_same(envelope, *again);
  ASSERT(stamp_originator(*again, originator) == stamped);
}

void check_text_message(const Envelope& envelope) {
  const std::string_view blob = envelope.blob ? "bytes" : "";
  const auto text = to_text_message(envelope.text, as_bytes(blob));
  ASSERT(text.has_value());
  const auto again = scan_envelope(*text);
  ASSERT(again.has_value());
  check_same(envelope, *again);
  if (again->blob) ASSERT(again->blob->content == R"("Ynl0ZXM=")");
}

void check_decoded(std::string_view text) {
  const auto message = decode_text_message(text);
  if (!message) return;
  const auto encoded = encode_message(*message);
  if (!encoded) return;
  const auto again = encoded->is_binary ? decode_binary_message(encoded->payload)
                                        : decode_text_message(as_text(encoded->payload));
  ASSERT(again.has_value());
  ASSERT(again->id == message->id && again->name == message->name);
  ASSERT(again->value == message->value && again->recipients == message->recipients);
}

void check(std::string_view text) {
  const std::string id = find_id(text);
  ASSERT(base::is_utf8(id) && scan_json(id));
  const auto envelope = scan_envelope(text);
  if (!base::is_utf8(text)) {
    ASSERT(!envelope.has_value());
    return;
  }
  compare_with_reference(text);
  if (!envelope) return;
  if (!envelope->id.empty()) ASSERT(id == envelope->id);
  check_stamp(*envelope);
  check_text_message(*envelope);
  check_decoded(text);
}

}  // namespace
}  // namespace malinka::protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::protocol::check(malinka::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
