// SPDX-License-Identifier: MIT
// What a request asks for, taken apart: the path and the query of its target. RFC 3986.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "malinka/result.h"
#include "wire/http_error.h"
#include "wire/http_fields.h"

namespace malinka::wire {

/// The path of a target, percent-decoded; and the parameters of its query, decoded, in order. What
/// was decoded may be any bytes but NUL, `..` among them: whoever opens files checks that.
struct Target {
  std::string path;
  std::vector<HttpField> query;
};

/// In the query, `+` is a blank, as in every form that a browser sends.
/// Errors: HttpError::malformed for a bad escape, a NUL, a fragment or a path that does not begin
/// with `/`.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace malinka::wire
