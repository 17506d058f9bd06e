// SPDX-License-Identifier: MIT
#include "protocol/message_codec.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "base/base64.h"
#include "base/limits.h"
#include "base/try.h"
#include "protocol/binary_message.h"
#include "protocol/envelope.h"
#include "protocol/json_object.h"
#include "protocol/json_scanner.h"
#include "protocol/json_string.h"
#include "protocol/names.h"

namespace malinka::protocol {
namespace {

/// What the member `sealed` says: which section 8 it is sealed by.
constexpr std::uint64_t sealed_version = 1;

std::string_view name_of(MessageType type) {
  switch (type) {
    case MessageType::command: return "Command";
    case MessageType::response: return "Response";
    case MessageType::broadcast: return "Broadcast";
  }
  return "Broadcast";
}

std::string encode_response(const ResponseStatus& status) {
  JsonObject response;
  response.json("requestId", status.request_id.empty() ? "null" : status.request_id)
      .flag("success", status.success)
      .json("responseCode", std::to_string(status.code));
  if (!status.error.empty()) response.text("error", status.error);
  return response.str();
}

std::string encode_blob(const Blob& blob) {
  JsonObject about;
  if (!blob.name.empty()) about.text("name", blob.name);
  if (!blob.type.empty()) about.text("type", blob.type);
  return about.number("size", blob.size()).str();
}

/// The message's members; what its blob contains goes beside them.
JsonObject encode_envelope(const Message& message) {
  JsonObject envelope;
  envelope.text("messageType", name_of(message.type));
  if (!message.id.empty()) envelope.json("id", message.id);
  if (!message.name.empty()) envelope.text("name", message.name);
  if (!message.originator.empty()) envelope.text("originator", message.originator);
  if (!message.recipients.empty()) envelope.texts("recipients", message.recipients);
  if (!message.expires_at.empty()) envelope.text("expiresAt", message.expires_at);
  if (message.is_sealed) envelope.number("sealed", sealed_version);
  if (!message.stream.empty()) envelope.json("stream", message.stream);
  if (!message.value.empty()) envelope.json("value", message.value);
  if (message.blob) envelope.json("blob", encode_blob(*message.blob));
  if (message.response) envelope.json("response", encode_response(*message.response));
  return envelope;
}

/// The value of an object's member of that plain name, the last where there are several; empty
/// where there is none. The object has been scanned before.
std::string_view find_token(std::string_view object, std::string_view name) {
  std::string_view token;
  JsonScanner scanner(object);
  (void)scanner.object([&](std::string_view quoted) -> Result<void> {
    const std::string_view value = TRY(scanner.value());
    if (quoted.substr(1, quoted.size() - 2) == name) token = value;
    return {};
  });
  return token;
}

/// The members that the hub does not read, each as find_token gives it, in one pass: the text may
/// be long.
struct OtherTokens {
  std::string_view expires_at, sealed, stream;
};
OtherTokens find_other_tokens(std::string_view envelope) {
  OtherTokens tokens;
  JsonScanner scanner(envelope);
  (void)scanner.object([&](std::string_view name) -> Result<void> {
    const std::string_view value = TRY(scanner.value());
    if (name == R"("expiresAt")") tokens.expires_at = value;
    if (name == R"("sealed")") tokens.sealed = value;
    if (name == R"("stream")") tokens.stream = value;
    return {};
  });
  return tokens;
}

/// The text of a string; empty for anything else.
std::string decode_text(std::string_view token) { return unquote_json(token).value_or(""); }

int decode_code(std::string_view token) {
  const std::uint64_t code = parse_whole_number(token).value_or(0);
  return code <= std::numeric_limits<int>::max() ? static_cast<int>(code) : 0;
}

std::optional<ResponseStatus> decode_response(const Envelope& envelope) {
  if (envelope.response.empty()) return std::nullopt;
  return ResponseStatus{.request_id = std::string(envelope.request_id),
                        .success = find_token(envelope.response, "success") == "true",
                        .code = decode_code(find_token(envelope.response, "responseCode")),
                        .error = decode_text(find_token(envelope.response, "error"))};
}

/// All but the blob.
Message decode_envelope(Envelope envelope) {
  Message message;
  message.type = envelope.type;
  message.id = envelope.id;
  message.name = decode_text(envelope.name);
  message.originator = decode_text(envelope.originator);
  message.recipients = std::move(envelope.recipients);
  if (envelope.is_to_all) message.recipients = {std::string(all_others)};
  const OtherTokens tokens = find_other_tokens(envelope.text);
  message.expires_at = decode_text(tokens.expires_at);
  message.value = envelope.value;
  message.stream = tokens.stream;
  message.response = decode_response(envelope);
  message.is_sealed = parse_whole_number(tokens.sealed) == sealed_version;
  return message;
}

Blob decode_blob(const EnvelopeBlob& blob, std::shared_ptr<const Bytes> content) {
  return {.name = decode_text(find_token(blob.json, "name")),
          .type = decode_text(find_token(blob.json, "type")),
          .content = std::move(content)};
}

std::shared_ptr<const Bytes> copy_of(ByteView bytes) {
  return std::make_shared<const Bytes>(bytes.begin(), bytes.end());
}

Result<MessageHead> decode_parts(const BinaryMessage& parts) {
  const Envelope envelope = TRY(scan_envelope(parts.envelope));
  TRY_VOID(check_blob(envelope, parts.blob));
  Message message = decode_envelope(envelope);
  if (envelope.blob) message.blob = decode_blob(*envelope.blob, nullptr);
  return MessageHead{std::move(message), parts.blob};
}

/// A deadline that cannot be read is refused: to ignore it would be to carry out what is late.
Result<std::optional<std::chrono::milliseconds>> decode_deadline(std::string_view envelope) {
  constexpr std::uint64_t longest = std::uint64_t{1} << 53;  // What every language can count to.
  const std::string_view token = find_token(envelope, "deadline");
  if (token.empty()) return std::nullopt;
  const auto deadline = parse_whole_number(token);
  if (!deadline || *deadline > longest) return fail(EnvelopeError::bad_expires_at, "deadline");
  return std::chrono::milliseconds(*deadline);
}

/// The bytes of a content token. A string without escapes, the usual one, is not copied.
Result<Bytes> decode_content(std::string_view token) {
  if (token.contains('\\')) return base::decode_base64(decode_text(token));
  return base::decode_base64(token.starts_with('"') ? token.substr(1, token.size() - 2) : "");
}

Result<Blob> decode_text_blob(const EnvelopeBlob& blob) {
  auto content = decode_content(blob.content);
  if (!content) return fail(EnvelopeError::bad_blob, "blob.content");
  if (blob.size && *blob.size != content->size()) return fail(BinaryMessageError::size_differs);
  return decode_blob(blob, std::make_shared<const Bytes>(std::move(*content)));
}

}  // namespace

Result<EncodedMessage> encode_message(const Message& message) {
  const std::string envelope = encode_envelope(message).str();
  if (!message.blob) return EncodedMessage{.is_binary = false, .payload = to_bytes(envelope)};
  if (envelope.size() > limits::binary_envelope_bytes_max)
    return fail(std::errc::message_size, "the message beside its blob");
  Bytes payload = binary_message_prefix(envelope.size());
  payload.reserve(payload.size() + envelope.size() + message.blob->size());
  append(payload, envelope);
  if (message.blob->content) append(payload, ByteView(*message.blob->content));
  return EncodedMessage{.is_binary = true, .payload = std::move(payload)};
}

Result<Message> decode_text_message(std::string_view text) {
  const Envelope envelope = TRY(scan_envelope(text));
  Message message = decode_envelope(envelope);
  if (envelope.blob) message.blob = TRY(decode_text_blob(*envelope.blob));
  return message;
}

Result<Message> decode_binary_message(ByteView bytes) {
  auto [message, blob] = TRY(decode_binary_head(bytes));
  if (message.blob) message.blob->content = copy_of(blob);
  return message;
}

Result<MessageHead> decode_binary_head(ByteView bytes) {
  return decode_parts(TRY(split_binary_message(bytes)));
}

Bytes encode_inner_head(const Message& message, std::optional<std::chrono::milliseconds> deadline) {
  JsonObject envelope = encode_envelope(message);
  if (deadline) envelope.number("deadline", static_cast<std::uint64_t>(deadline->count()));
  const std::string text = envelope.str();
  Bytes head = binary_message_prefix(text.size());
  append(head, text);
  return head;
}

Result<InnerMessage> decode_inner_message(ByteView bytes) {
  const BinaryMessage parts = TRY(split_inner_message(bytes));
  auto [message, blob] = TRY(decode_parts(parts));
  if (message.blob) message.blob->content = copy_of(blob);
  const auto deadline = TRY(decode_deadline(parts.envelope));
  return InnerMessage{std::move(message), deadline};
}

}  // namespace malinka::protocol
