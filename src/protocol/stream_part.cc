// SPDX-License-Identifier: MIT
#include "protocol/stream_part.h"

#include "base/limits.h"
#include "base/try.h"
#include "protocol/json_object.h"
#include "protocol/json_scanner.h"
#include "protocol/json_string.h"

namespace malinka::protocol {
namespace {

/// What every language can count to.
constexpr std::uint64_t number_max = std::uint64_t{1} << 53;
constexpr std::uint64_t code_max = 999;

/// The members as they stand in the text; empty where they do not.
struct Tokens {
  std::string_view id, window, seq, credit, end, abort;
};

std::string_view* find_token(Tokens& tokens, std::string_view name) {
  if (name == R"("id")") return &tokens.id;
  if (name == R"("window")") return &tokens.window;
  if (name == R"("seq")") return &tokens.seq;
  if (name == R"("credit")") return &tokens.credit;
  if (name == R"("end")") return &tokens.end;
  if (name == R"("abort")") return &tokens.abort;
  return nullptr;
}

Result<Tokens> read_tokens(std::string_view json) {
  Tokens tokens;
  JsonScanner scanner(json);
  const auto read_member = [&](std::string_view name) -> Result<void> {
    const std::string_view value = TRY(scanner.value());
    std::string_view* const token = find_token(tokens, name);
    if (token == nullptr) return {};
    if (!token->empty()) return fail(StreamPartError::not_one_thing, name);
    *token = value;
    return {};
  };
  if (auto object = scanner.object(read_member); !object)
    return object.error().code == make_error_code(EnvelopeError::not_an_object)
               ? fail(StreamPartError::not_an_object)
               : std::unexpected(std::move(object.error()));
  return tokens;
}

Result<std::uint64_t> read_number(std::string_view token, std::string_view name) {
  const auto number = parse_whole_number(token);
  if (!number || *number >= number_max) return fail(StreamPartError::bad_number, name);
  return *number;
}

Result<std::string> read_id(std::string_view token) {
  const bool is_text = token.starts_with('"');
  const bool is_number =
      !token.empty() && (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'));
  const std::size_t bytes = token.size() - (is_text ? 2 : 0);
  if ((!is_text && !is_number) || bytes > limits::id_bytes_max)
    return fail(StreamPartError::bad_id, "id");
  return std::string(token);
}

Result<StreamAbort> read_abort(std::string_view token) {
  StreamAbort abort;
  std::uint64_t code = code_max + 1;
  JsonScanner scanner(token);
  const auto read_member = [&](std::string_view name) -> Result<void> {
    const std::string_view value = TRY(scanner.value());
    if (name == R"("code")") code = parse_whole_number(value).value_or(code_max + 1);
    if (name == R"("error")") abort.error = unquote_json(value).value_or("");
    return {};
  };
  if (!scanner.object(read_member) || code > code_max)
    return fail(StreamPartError::bad_abort, "abort");
  abort.code = static_cast<int>(code);
  return abort;
}

Result<StreamPart> read_part_of_stream(const Tokens& tokens) {
  StreamPart part{.id = TRY(read_id(tokens.id)), .what = {}};
  const bool has_seq = !tokens.seq.empty();
  const bool is_end = tokens.end == "true";
  if (!tokens.end.empty() && (!is_end || !has_seq))
    return fail(StreamPartError::not_one_thing, "end");
  if (has_seq + !tokens.credit.empty() + !tokens.abort.empty() != 1)
    return fail(StreamPartError::not_one_thing);
  if (!tokens.abort.empty())
    part.what = TRY(read_abort(tokens.abort));
  else if (!tokens.credit.empty())
    part.what = StreamCredit{TRY(read_number(tokens.credit, "credit"))};
  else if (is_end)
    part.what = StreamFinish{TRY(read_number(tokens.seq, "seq"))};
  else
    part.what = StreamChunk{TRY(read_number(tokens.seq, "seq"))};
  return part;
}

void write(JsonObject& json, const StreamOpening& opening) {
  json.number("window", opening.window);
}
void write(JsonObject& json, const StreamChunk& chunk) { json.number("seq", chunk.seq); }
void write(JsonObject& json, const StreamCredit& credit) { json.number("credit", credit.bytes); }
void write(JsonObject& json, const StreamFinish& finish) {
  json.number("seq", finish.seq).flag("end", true);
}
void write(JsonObject& json, const StreamAbort& abort) {
  JsonObject why;
  why.number("code", static_cast<std::uint64_t>(abort.code));
  if (!abort.error.empty()) why.text("error", abort.error);
  json.json("abort", why.str());
}

}  // namespace

std::string_view describe(StreamPartError error) {
  switch (error) {
    case StreamPartError::not_an_object: return "must be an object";
    case StreamPartError::bad_id: return "must be the id of the Command that opened the stream";
    case StreamPartError::bad_number: return "must be a whole number below 2^53";
    case StreamPartError::bad_abort: return "must be an object with a code";
    case StreamPartError::not_one_thing:
      return "must say one thing: a window, or of a stream a seq, a credit or an abort";
  }
  return "unknown";
}

Result<StreamPart> parse_stream_part(std::string_view json) {
  const Tokens tokens = TRY(read_tokens(json));
  if (tokens.window.empty()) return read_part_of_stream(tokens);
  const bool says_more = !tokens.id.empty() || !tokens.seq.empty() || !tokens.credit.empty() ||
                         !tokens.end.empty() || !tokens.abort.empty();
  if (says_more) return fail(StreamPartError::not_one_thing, "window");
  return StreamPart{.id = {}, .what = StreamOpening{TRY(read_number(tokens.window, "window"))}};
}

std::optional<std::uint64_t> opening_window(std::string_view json) {
  if (json.empty()) return std::nullopt;
  const auto part = parse_stream_part(json);
  const auto* const opening = part ? std::get_if<StreamOpening>(&part->what) : nullptr;
  return opening == nullptr ? std::nullopt : std::optional(opening->window);
}

std::string make_stream_part(const StreamPart& part) {
  JsonObject json;
  if (!part.id.empty()) json.json("id", part.id);
  std::visit([&json](const auto& what) { write(json, what); }, part.what);
  return json.str();
}

}  // namespace malinka::protocol
