// SPDX-License-Identifier: MIT
// What a request asks for, taken apart: the path and the query of its target. RFC 9112 section 3.2,
// RFC 3986.

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

/// Takes a path, or a whole http or https URI, as proxies are sent: its host may be any, as the
/// Host field may. In the query, `+` is a blank, as in every form that a browser sends. Errors:
/// HttpError::malformed for a bad escape, a NUL, a fragment, a URI whose host is none or comes with
/// a user, and whatever is neither.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

/// Only what a host and its port may consist of; it may be empty. RFC 3986 section 3.2.2.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace malinka::wire
