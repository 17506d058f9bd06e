// SPDX-License-Identifier: MIT
// HTTP responses, and the fields that every one of them carries. RFC 9110, RFC 9112.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/shared_bytes.h"
#include "wire/http_fields.h"

namespace malinka::hub {

struct HttpResponse {
  unsigned status = 200;
  std::string media_type{};  ///< Empty: there is no content.
  SharedBytes content{};
  std::vector<wire::HttpField> fields{};  ///< Beside those that all responses carry.
};

/// A status that explains itself in a line of text.
[[nodiscard]] HttpResponse make_plain_response(unsigned status, std::string_view text);

/// The response's head, with the fields that keep a browser from doing what no page of ours asks
/// for.
[[nodiscard]] std::string make_response_head(const HttpResponse& response, Wall now,
                                             bool keeps_alive);

}  // namespace malinka::hub
