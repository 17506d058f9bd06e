// SPDX-License-Identifier: MIT
// Why the head of an HTTP message was refused.

#pragma once

#include <string_view>

#include "base/error_category.h"

namespace malinka::wire {

enum class HttpError {
  malformed = 1,
  head_too_large,
  unsupported_version,
  missing_host,  ///< Or more than one.
  unsupported_body,
};
std::string_view describe(HttpError error);
inline std::error_code make_error_code(HttpError error) {
  return base::error_code_of(error, "http");
}

}  // namespace malinka::wire

template <>
struct std::is_error_code_enum<malinka::wire::HttpError> : std::true_type {};
