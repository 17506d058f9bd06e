// SPDX-License-Identifier: MIT
#include "wire/http_target.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/try.h"

namespace malinka::wire {
namespace {

enum class Plus { is_plus, is_blank };

/// The byte of an escape's two hexadecimal digits.
Result<char> decode_escape(std::string_view digits) {
  unsigned char byte = 0;
  const char* const begin = digits.data();
  const char* const end = begin + digits.size();
  if (digits.size() != 2 || std::from_chars(begin, end, byte, 16).ptr != end)
    return fail(HttpError::malformed, "a bad escape in the target");
  if (byte == 0) return fail(HttpError::malformed, "a NUL in the target");
  return static_cast<char>(byte);
}

Result<std::string> decode_percent(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      decoded += TRY(decode_escape(text.substr(i + 1, 2)));
      i += 2;
      continue;
    }
    decoded += text[i] == '+' && plus == Plus::is_blank ? ' ' : text[i];
  }
  return decoded;
}

/// Cuts `text` at the first `separator`, which belongs to neither part; the first part is returned
/// and the rest stays in `text`.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

Result<HttpField> parse_parameter(std::string_view parameter) {
  const std::string_view name = cut(parameter, '=');
  std::string decoded_name = TRY(decode_percent(name, Plus::is_blank));
  std::string value = TRY(decode_percent(parameter, Plus::is_blank));
  return HttpField{std::move(decoded_name), std::move(value)};
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return fail(HttpError::malformed, "the target is not a path");
  if (target.contains('\0')) return fail(HttpError::malformed, "a NUL in the target");
  if (target.contains('#')) return fail(HttpError::malformed, "a fragment in the target");
  Target parsed;
  parsed.path = TRY(decode_percent(cut(target, '?'), Plus::is_plus));
  while (!target.empty()) {
    const std::string_view parameter = cut(target, '&');
    if (!parameter.empty()) parsed.query.push_back(TRY(parse_parameter(parameter)));
  }
  return parsed;
}

}  // namespace malinka::wire
