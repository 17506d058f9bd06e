// SPDX-License-Identifier: MIT
#include "wire/http_head.h"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>
#include <string_view>

#include "base/try.h"

namespace malinka::wire {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view head_end = "\r\n\r\n";

/// What no head may have, at `index` of its text: control characters (RFC 9110 section 5.5), a CR
/// or LF alone (RFC 9112 section 2.2), and obs-fold, a line that begins with a blank (section 5.2).
bool is_forbidden_at(std::string_view text, std::size_t index) {
  const char character = text[index];
  const char before = index == 0 ? '\0' : text[index - 1];
  if (before == '\r') return character != '\n';
  switch (character) {
    case '\r': return false;
    case '\t':
    case ' ': return before == '\n';
    case '\n':
    case '\x7F': return true;
    default: return static_cast<unsigned char>(character) < ' ';
  }
}

bool has_forbidden_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_forbidden_at(text, i)) return true;
  return false;
}

/// The text of the head, its empty line included; nothing while that has not come.
Result<std::optional<std::string_view>> find_head(ByteView bytes, std::size_t head_bytes_max) {
  const std::string_view text = as_text(bytes).substr(0, head_bytes_max);
  const std::size_t end = text.find(head_end);
  const bool is_whole = end != std::string_view::npos;
  const std::string_view head = is_whole ? text.substr(0, end + head_end.size()) : text;
  if (has_forbidden_byte(head)) return fail(HttpError::malformed);
  if (is_whole) return head;
  if (text.size() == head_bytes_max) return fail(HttpError::head_too_large);
  return std::nullopt;
}

HttpError error_of(const boost::system::error_code& code) {
  return code == http::error::bad_version ? HttpError::unsupported_version : HttpError::malformed;
}

/// Runs Beast's parser over one whole head. It copies what it keeps.
template <typename Parser>
Result<void> parse_head(Parser& parser, std::string_view head) {
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // find_head has seen to it.
  parser.body_limit(boost::none);  // Left to whoever reads the body.
  boost::system::error_code code;
  parser.put(boost::asio::buffer(head), code);
  if (code) return fail(error_of(code));
  if (!parser.is_header_done()) return fail(HttpError::malformed);
  if (parser.get().version() != 11) return fail(HttpError::unsupported_version);  // RFC 9112 2.3
  return {};
}

template <typename Message>
HttpFields fields_of(const Message& message) {
  HttpFields fields;
  for (const auto& field : message)
    fields.all.push_back({std::string(field.name_string()), std::string(field.value())});
  return fields;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(
      text, [](char character) { return static_cast<unsigned char>(character) < 0x80; });
}

Result<void> check_request(const RequestHead& head) {
  if (!is_ascii(head.target)) return fail(HttpError::malformed, "the target");  // RFC 9112 3.2
  if (head.fields.count("Host") != 1) return fail(HttpError::missing_host);     // 3.2
  if (!is_host(*head.fields.find("Host"))) return fail(HttpError::malformed, "Host");
  if (head.fields.count("Transfer-Encoding") > 0) return fail(HttpError::unsupported_body);  // 6.1
  return {};
}

}  // namespace

Result<std::optional<RequestHead>> parse_request_head(ByteView bytes, std::size_t head_bytes_max) {
  const std::optional<std::string_view> text = TRY(find_head(bytes, head_bytes_max));
  if (!text) return std::nullopt;
  http::request_parser<http::empty_body> parser;
  TRY_VOID(parse_head(parser, *text));
  RequestHead head{.method = std::string(parser.get().method_string()),
                   .target = std::string(parser.get().target()),
                   .keeps_alive = parser.get().keep_alive(),
                   .fields = fields_of(parser.get()),
                   .content_bytes = parser.content_length().value_or(0),
                   .head_bytes = text->size()};
  TRY_VOID(check_request(head));
  return head;
}

Result<std::optional<ResponseHead>> parse_response_head(ByteView bytes,
                                                        std::size_t head_bytes_max) {
  const std::optional<std::string_view> text = TRY(find_head(bytes, head_bytes_max));
  if (!text) return std::nullopt;
  http::response_parser<http::empty_body> parser;
  TRY_VOID(parse_head(parser, *text));
  return ResponseHead{.status = parser.get().result_int(),
                      .fields = fields_of(parser.get()),
                      .head_bytes = text->size()};
}

}  // namespace malinka::wire
