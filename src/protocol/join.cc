// SPDX-License-Identifier: MIT
#include "protocol/join.h"

#include "base/limits.h"
#include "base/try.h"
#include "base/utf8.h"
#include "protocol/envelope_error.h"
#include "protocol/json_object.h"
#include "protocol/json_scanner.h"
#include "protocol/json_string.h"
#include "protocol/names.h"

namespace malinka::protocol {
namespace {

/// The members of a join as they stand in its text; empty where they do not.
struct Tokens {
  std::string_view message_type, channel, subscriber, key, instance, message_bytes_max, device;
};

/// Where the member of that name, which has its quotes on, is to be kept; null for others.
std::string_view* find_token(Tokens& tokens, std::string_view name) {
  if (name == R"("messageType")") return &tokens.message_type;
  if (name == R"("channel")") return &tokens.channel;
  if (name == R"("subscriber")") return &tokens.subscriber;
  if (name == R"("key")") return &tokens.key;
  if (name == R"("instance")") return &tokens.instance;
  if (name == R"("maxMessageBytes")") return &tokens.message_bytes_max;
  if (name == R"("device")") return &tokens.device;
  return nullptr;
}

Result<Tokens> read_tokens(std::string_view text) {
  Tokens tokens;
  JsonScanner scanner(text);
  const auto read_member = [&](std::string_view name) -> Result<void> {
    if (name.contains('\\')) return scanner.refuse(EnvelopeError::escaped_name);
    std::string_view* const token = find_token(tokens, name);
    if (token != nullptr && !token->empty()) return fail(EnvelopeError::repeated_member, name);
    const std::string_view value = TRY(scanner.value());
    if (token != nullptr) *token = value;
    return {};
  };
  TRY_VOID(scanner.object(read_member));
  TRY_VOID(scanner.end());
  return tokens;
}

/// `bytes_max` bounds the text, escapes resolved. A member that is absent is an empty text.
Result<std::string> read_text(std::string_view token, std::string_view name,
                              std::size_t bytes_max) {
  if (token.empty()) return std::string();
  std::optional<std::string> text = unquote_json(token);
  if (!text) return fail(JoinError::wrong_type, name);
  if (text->size() > bytes_max) return fail(JoinError::too_long, name);
  return *std::move(text);
}

Result<std::string> read_name(std::string_view token, std::string_view member) {
  if (token.empty()) return fail(JoinError::missing_member, member);
  std::optional<std::string> name = unquote_json(token);
  if (!name) return fail(JoinError::wrong_type, member);
  if (!is_name(*name)) return fail(JoinError::bad_name, member);
  return *std::move(name);
}

Result<std::optional<std::uint64_t>> read_whole_number(std::string_view token,
                                                       std::string_view name) {
  if (token.empty()) return std::nullopt;
  const auto number = parse_whole_number(token);
  if (!number) return fail(JoinError::wrong_type, name);
  return number;
}

Result<bool> read_flag(std::string_view token, std::string_view name) {
  if (token == "true") return true;
  if (token.empty() || token == "false") return false;
  return fail(JoinError::wrong_type, name);
}

}  // namespace

std::string_view describe(JoinError error) {
  switch (error) {
    case JoinError::not_a_join: return "the first message must be a Join";
    case JoinError::missing_member: return "is missing";
    case JoinError::wrong_type: return "is not of the type that belongs here";
    case JoinError::bad_name:
      return "must be 1 to 128 bytes of UTF-8 without control characters, not * and not beginning "
             "with @";
    case JoinError::too_long: return "is too long";
  }
  return "unknown";
}

Result<Join> parse_join(std::string_view text) {
  if (!base::is_utf8(text)) return fail(EnvelopeError::not_utf8);
  const Tokens tokens = TRY(read_tokens(text));
  if (tokens.message_type != R"("Join")") return fail(JoinError::not_a_join, "messageType");
  Join join;
  join.channel = TRY(read_name(tokens.channel, "channel"));
  join.subscriber = TRY(read_name(tokens.subscriber, "subscriber"));
  join.key = TRY(read_text(tokens.key, "key", limits::key_bytes_max));
  join.instance = TRY(read_text(tokens.instance, "instance", limits::instance_bytes_max));
  join.message_bytes_max = TRY(read_whole_number(tokens.message_bytes_max, "maxMessageBytes"));
  join.is_device = TRY(read_flag(tokens.device, "device"));
  return join;
}

std::string make_join(const Join& join) {
  JsonObject message;
  message.text("messageType", "Join")
      .text("channel", join.channel)
      .text("subscriber", join.subscriber);
  if (!join.key.empty()) message.text("key", join.key);
  if (!join.instance.empty()) message.text("instance", join.instance);
  if (join.message_bytes_max) message.number("maxMessageBytes", *join.message_bytes_max);
  if (join.is_device) message.flag("device", true);
  return message.str();
}

}  // namespace malinka::protocol
