// SPDX-License-Identifier: MIT
#include "wire/http_target.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/percent.h"
#include "base/take_until.h"
#include "base/try.h"

namespace malinka::wire {
namespace {

enum class Plus { is_plus, is_blank };

/// The byte of an escape's two hexadecimal digits.
Result<char> decode_escape(std::string_view digits) {
  const auto byte = base::decode_percent_digits(digits);
  if (!byte) return fail(HttpError::malformed, "a bad escape in the target");
  if (*byte == '\0') return fail(HttpError::malformed, "a NUL in the target");
  return *byte;
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

Result<HttpField> parse_parameter(std::string_view parameter) {
  const std::string_view name = base::take_until(parameter, '=');
  std::string decoded_name = TRY(decode_percent(name, Plus::is_blank));
  std::string value = TRY(decode_percent(parameter, Plus::is_blank));
  return HttpField{std::move(decoded_name), std::move(value)};
}

/// What stands behind the scheme of an http or https URI, whatever its letter case; nothing where
/// `target` is no such URI.
std::optional<std::string_view> after_scheme(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme))
      return target.substr(scheme.size());
  return std::nullopt;
}

/// A target in absolute form, as the path and query that it means. RFC 9112 section 3.2.2.
Result<std::string_view> strip_origin(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::optional<std::string_view> rest = after_scheme(target);
  if (!rest) return fail(HttpError::malformed, "the target is neither a path nor a URI of HTTP");
  const std::size_t host_end = std::min(rest->find_first_of("/?"), rest->size());
  const std::string_view host = rest->substr(0, host_end);
  if (host.empty() || host.starts_with(':') || !is_host(host))  // RFC 9110 section 4.2
    return fail(HttpError::malformed, "the target's host");
  return rest->substr(host_end);
}

}  // namespace

bool is_host(std::string_view text) {
  constexpr std::string_view host_characters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=:[]";
  return text.find_first_not_of(host_characters) == std::string_view::npos;
}

Result<Target> parse_target(std::string_view target) {
  if (target.contains('\0')) return fail(HttpError::malformed, "a NUL in the target");
  if (target.contains('#')) return fail(HttpError::malformed, "a fragment in the target");
  target = TRY(strip_origin(target));
  Target parsed;
  parsed.path = TRY(decode_percent(base::take_until(target, '?'), Plus::is_plus));
  if (parsed.path.empty()) parsed.path = "/";  // RFC 9110 section 4.2.3
  while (!target.empty()) {
    const std::string_view parameter = base::take_until(target, '&');
    if (!parameter.empty()) parsed.query.push_back(TRY(parse_parameter(parameter)));
  }
  return parsed;
}

}  // namespace malinka::wire
