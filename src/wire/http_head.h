// SPDX-License-Identifier: MIT
// The head of an HTTP/1.1 request or response: an adapter over Boost.Beast's parser, plus the
// checks of RFC 9112 that it leaves out (Host, obs-fold, bytes above 0x7F in the target, HTTP/1.0).

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "malinka/result.h"
#include "wire/http_error.h"
#include "wire/http_fields.h"
#include "wire/http_target.h"

namespace malinka::wire {

struct RequestHead {
  std::string method;
  std::string target;  ///< As sent, query included; parse_target takes it apart.
  bool keeps_alive = true;
  HttpFields fields;
  std::uint64_t content_bytes = 0;  ///< How much follows the head, by its Content-Length.
  std::size_t head_bytes = 0;       ///< Where the head ends in the input.
};

struct ResponseHead {
  unsigned status = 0;
  HttpFields fields;
  std::size_t head_bytes = 0;
};

/// The head at the start of `bytes`; nothing while it is not whole and within `head_bytes_max`.
/// What cannot become a head is refused before it is whole. A stateless call: give all that has
/// come. Errors: HttpError. Source: RFC 9112 sections 2 to 6.
[[nodiscard]] Result<std::optional<RequestHead>> parse_request_head(ByteView bytes,
                                                                    std::size_t head_bytes_max);
[[nodiscard]] Result<std::optional<ResponseHead>> parse_response_head(ByteView bytes,
                                                                      std::size_t head_bytes_max);

}  // namespace malinka::wire
