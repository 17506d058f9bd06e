// SPDX-License-Identifier: MIT
// Reads in two steps: one pass over the text gathers the tokens of the members that matter, and
// refuses what two readers could disagree on; then each token is judged.
#include "protocol/envelope.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/try.h"
#include "base/utf8.h"
#include "protocol/json_scanner.h"
#include "protocol/json_string.h"
#include "protocol/names.h"
#include "protocol/recipients.h"
#include "protocol/splice.h"
#include "protocol/timestamp.h"

namespace malinka::protocol {
namespace {

/// The members of a message as they stand in its text; empty where they do not.
struct Tokens {
  std::string_view message_type, id, name, originator, recipients, expires_at, value;
  std::string_view blob, blob_size, blob_content;
  std::string_view response, request_id;
};

/// Gathers the tokens. Names are compared with their quotes on.
class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : scanner_(text) {}

  Result<Tokens> read() {
    TRY_VOID(scanner_.object([this](std::string_view name) { return read_member(name); }));
    TRY_VOID(scanner_.end());
    return tokens_;
  }

 private:
  Result<void> read_member(std::string_view name) {
    if (name.contains('\\')) return scanner_.refuse(EnvelopeError::escaped_name);
    if (name == R"("messageType")") return keep_only(tokens_.message_type, name);
    if (name == R"("id")") return keep_only(tokens_.id, name);
    if (name == R"("originator")") return keep_only(tokens_.originator, name);
    if (name == R"("recipients")") return keep_only(tokens_.recipients, name);
    if (name == R"("expiresAt")") return keep_only(tokens_.expires_at, name);
    if (name == R"("blob")") return read_blob(name);
    if (name == R"("response")") return read_response(name);
    if (name == R"("name")") return keep_last(tokens_.name);
    if (name == R"("value")") return keep_last(tokens_.value);
    return skip();
  }

  Result<void> read_blob(std::string_view name) {
    return read_inner(tokens_.blob, name, [this](std::string_view inner) {
      if (inner == R"("size")") return keep_only(tokens_.blob_size, inner);
      if (inner == R"("content")") return keep_only(tokens_.blob_content, inner);
      return skip();
    });
  }

  Result<void> read_response(std::string_view name) {
    return read_inner(tokens_.response, name, [this](std::string_view inner) {
      return inner == R"("requestId")" ? keep_only(tokens_.request_id, inner) : skip();
    });
  }

  /// A routing member that is an object with members that matter.
  template <typename ReadMember>
  Result<void> read_inner(std::string_view& token, std::string_view name, ReadMember read_member) {
    if (!token.empty()) return fail(EnvelopeError::repeated_member, name);
    if (scanner_.peek() != '{') return keep_last(token);
    token = TRY(scanner_.object([&](std::string_view inner) -> Result<void> {
      if (inner.contains('\\')) return scanner_.refuse(EnvelopeError::escaped_name);
      return read_member(inner);
    }));
    return {};
  }

  Result<void> keep_only(std::string_view& token, std::string_view name) {
    if (!token.empty()) return fail(EnvelopeError::repeated_member, name);
    return keep_last(token);
  }

  Result<void> keep_last(std::string_view& token) {
    token = TRY(scanner_.value());
    return {};
  }

  Result<void> skip() {
    TRY_VOID(scanner_.value());
    return {};
  }

  JsonScanner scanner_;
  Tokens tokens_;
};

/// Null says the same as nothing, except where it is to be replaced: as originator and content.
void drop_nulls(Tokens& tokens) {
  for (std::string_view* const token :
       {&tokens.id, &tokens.name, &tokens.recipients, &tokens.expires_at, &tokens.blob,
        &tokens.blob_size, &tokens.response, &tokens.request_id})
    if (*token == "null") *token = {};
}

bool is_string(std::string_view token) { return token.starts_with('"'); }

std::string_view without_quotes(std::string_view token) {
  return token.substr(1, token.size() - 2);
}

/// Absent, or a string or number whose text is short enough to be echoed in every answer.
bool is_absent_or_id(std::string_view token) {
  if (is_string(token)) return without_quotes(token).size() <= limits::id_bytes_max;
  if (token.empty()) return true;
  const bool is_number = std::string_view("-0123456789").contains(token.front());
  return is_number && token.size() <= limits::id_bytes_max;
}

Result<MessageType> judge_message_type(std::string_view token) {
  if (token == R"("Command")") return MessageType::command;
  if (token == R"("Response")") return MessageType::response;
  if (token == R"("Broadcast")") return MessageType::broadcast;
  return fail(EnvelopeError::unknown_message_type, "messageType");
}

/// A Command goes to names, or to all; a Response to the one who asked; a Broadcast needs no
/// telling.
Result<void> judge_recipients(std::string_view token, Envelope& envelope) {
  if (envelope.type == MessageType::broadcast) return {};
  std::vector<std::string> names = TRY(read_recipients(token));
  const bool names_all = std::ranges::find(names, all_others) != names.end();
  const bool must_be_alone = names_all || envelope.type == MessageType::response;
  if (names.empty() || (must_be_alone && names.size() > 1) ||
      (names_all && envelope.type == MessageType::response))
    return fail(EnvelopeError::bad_recipients, "recipients");
  envelope.is_to_all = names_all;
  if (!names_all) envelope.recipients = std::move(names);
  return {};
}

Result<std::optional<Wall>> judge_expires_at(std::string_view token) {
  if (token.empty()) return std::nullopt;
  const auto time = parse_timestamp(unquote_json(token).value_or(""));
  if (!time) return fail(EnvelopeError::bad_expires_at, "expiresAt");
  return time;
}

Result<std::optional<EnvelopeBlob>> judge_blob(const Tokens& tokens) {
  if (tokens.blob.empty()) return std::nullopt;
  if (!tokens.blob.starts_with('{')) return fail(EnvelopeError::bad_blob, "blob");
  EnvelopeBlob blob{.json = tokens.blob, .size = std::nullopt, .content = tokens.blob_content};
  if (!tokens.blob_size.empty()) {
    blob.size = parse_whole_number(tokens.blob_size);
    if (!blob.size) return fail(EnvelopeError::bad_blob, "blob.size");
  }
  if (!blob.content.empty() && !is_string(blob.content) && blob.content != "null")
    return fail(EnvelopeError::bad_blob, "blob.content");
  return blob;
}

Result<void> judge_response(const Tokens& tokens) {
  if (!tokens.response.empty() && !tokens.response.starts_with('{'))
    return fail(EnvelopeError::bad_response, "response");
  if (!is_absent_or_id(tokens.request_id))
    return fail(EnvelopeError::bad_response, "response.requestId");
  return {};
}

Result<Envelope> judge(std::string_view text, const Tokens& tokens) {
  Envelope envelope;
  envelope.text = text;
  envelope.id = tokens.id;
  envelope.name = tokens.name;
  envelope.value = tokens.value;
  envelope.originator = tokens.originator;
  envelope.response = tokens.response;
  envelope.request_id = tokens.request_id;
  envelope.type = TRY(judge_message_type(tokens.message_type));
  if (!is_absent_or_id(tokens.id)) return fail(EnvelopeError::bad_id, "id");
  if (!tokens.name.empty() && !is_string(tokens.name)) return fail(EnvelopeError::bad_name, "name");
  TRY_VOID(judge_recipients(tokens.recipients, envelope));
  envelope.expires_at = TRY(judge_expires_at(tokens.expires_at));
  envelope.blob = TRY(judge_blob(tokens));
  TRY_VOID(judge_response(tokens));
  return envelope;
}

}  // namespace

Result<Envelope> scan_envelope(std::string_view text) {
  if (!base::is_utf8(text)) return fail(EnvelopeError::not_utf8);
  Tokens tokens = TRY(TokenReader(text).read());
  drop_nulls(tokens);
  return judge(text, tokens);
}

std::string find_id(std::string_view text) {
  std::string_view id;
  JsonScanner scanner(text);
  // Where the text stops being JSON, the search ends with what it has.
  (void)scanner.object([&](std::string_view name) -> Result<void> {
    const std::string_view value = TRY(scanner.value());
    if (id.empty() && name == R"("id")" && is_absent_or_id(value) && base::is_utf8(value))
      id = value;
    return {};
  });
  return id.empty() ? "null" : std::string(id);
}

std::string stamp_originator(const Envelope& envelope, std::string_view originator) {
  const std::string token = quote_json(originator);
  if (!envelope.originator.empty()) return splice(envelope.text, envelope.originator, token);
  const std::size_t behind_brace = envelope.text.find('{') + 1;
  return splice(envelope.text, envelope.text.substr(behind_brace, 0),
                R"("originator":)" + token + ",");
}

}  // namespace malinka::protocol
