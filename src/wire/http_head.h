// SPDX-License-Identifier: MIT
// The head of an HTTP/1.1 request or response: an adapter over Boost.Beast's parser, plus the
// checks of RFC 9112 that it leaves out (Host, obs-fold, bytes above 0x7F in the target, HTTP/1.0).

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error_category.h"
#include "malinka/result.h"

namespace malinka::wire {

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpFields {
  std::vector<HttpField> all;

  /// The value of the one field of that name, whatever its letter case; null when absent or
  /// repeated.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// True when a field of that name has `token` in its comma-separated list (RFC 9110
  /// section 5.6.1).
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
};

struct RequestHead {
  std::string method;
  std::string target;  ///< As sent, query included.
  bool keeps_alive = true;
  HttpFields fields;
  std::uint64_t content_bytes = 0;
  std::size_t head_bytes = 0;  ///< Where the head ends in the input.
};

struct ResponseHead {
  unsigned status = 0;
  HttpFields fields;
  std::size_t head_bytes = 0;
};

enum class HttpError {
  malformed = 1,
  head_too_large,
  unsupported_version,
  missing_host,
  unsupported_body
};
std::string_view describe(HttpError error);
inline std::error_code make_error_code(HttpError error) {
  return base::error_code_of(error, "http");
}

/// The head at the start of `bytes`; nothing while it is not whole and within `head_bytes_max`.
/// Errors: HttpError. Source: RFC 9112 sections 2 to 5.
[[nodiscard]] Result<std::optional<RequestHead>> parse_request_head(ByteView bytes,
                                                                    std::size_t head_bytes_max);
[[nodiscard]] Result<std::optional<ResponseHead>> parse_response_head(ByteView bytes,
                                                                      std::size_t head_bytes_max);

/// The path of a target, percent-decoded; and the parameters of its query, decoded, in order.
struct Target {
  std::string path;
  std::vector<HttpField> query;
};
/// Errors: HttpError::malformed for a bad escape, a NUL or a path that does not begin with `/`.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace malinka::wire

template <>
struct std::is_error_code_enum<malinka::wire::HttpError> : std::true_type {};
