// SPDX-License-Identifier: MIT
#include "wire/http_error.h"

namespace malinka::wire {

std::string_view describe(HttpError error) {
  switch (error) {
    case HttpError::malformed: return "not HTTP as RFC 9112 has it";
    case HttpError::head_too_large: return "the head of the HTTP message is too large";
    case HttpError::unsupported_version: return "only HTTP/1.1 is spoken here";
    case HttpError::missing_host: return "the request needs exactly one Host field";
    case HttpError::unsupported_body:
      return "a body needs a Content-Length, not a Transfer-Encoding";
  }
  return "unknown HTTP error";
}

}  // namespace malinka::wire
