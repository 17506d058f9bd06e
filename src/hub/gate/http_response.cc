// SPDX-License-Identifier: MIT
#include "hub/gate/http_response.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iterator>

namespace malinka::hub {
namespace {

/// No inline script or style, nothing from elsewhere, never in a frame. `ws:` and `wss:` stand for
/// any hub, since the page may be told to join another one than it came from. Pictures, audio and
/// video of devices are shown from `blob:`, drawings from `data:`, neither of which runs anything.
constexpr std::string_view security_fields =
    "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self' ws: wss:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(self), microphone=(self), geolocation=(), payment=(), usb=()\r\n";

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 426: return "Upgrade Required";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace

HttpResponse make_plain_response(unsigned status, std::string_view text) {
  return {.status = status,
          .media_type = "text/plain; charset=utf-8",
          .content = SharedBytes(to_bytes(std::string(text) + "\n")),
          .fields = {{"Cache-Control", "no-store"}}};
}

std::string make_response_head(const HttpResponse& response, Wall now, bool keeps_alive) {
  std::string head;
  const auto out = std::back_inserter(head);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", response.status,
                 reason_phrase(response.status), fmt::gmtime(seconds));
  if (!response.media_type.empty())
    fmt::format_to(out, "Content-Type: {}\r\n", response.media_type);
  if (response.status != 304)
    fmt::format_to(out, "Content-Length: {}\r\n", response.content.size());
  for (const wire::HttpField& field : response.fields)
    fmt::format_to(out, "{}: {}\r\n", field.name, field.value);
  head += security_fields;
  if (!keeps_alive) head += "Connection: close\r\n";
  head += "\r\n";
  return head;
}

}  // namespace malinka::hub
