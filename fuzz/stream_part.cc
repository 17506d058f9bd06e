// SPDX-License-Identifier: MIT
// The member `stream`: whatever a member of the channel writes there, it is refused, or it is a
// part that says the same when it is written again.

#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "protocol/json_scanner.h"
#include "protocol/stream_part.h"

namespace malinka::protocol {
namespace {

/// As envelopes are: UTF-8, and one JSON value.
bool is_json(std::string_view text) {
  JsonScanner scanner(text);
  return base::is_utf8(text) && scanner.value() && scanner.end();
}

void check(std::string_view text) {
  if (!is_json(text)) return;
  const auto part = parse_stream_part(text);
  if (!part) return;
  const std::string written = make_stream_part(*part);
  const auto again = parse_stream_part(written);
  ASSERT(again.has_value());
  ASSERT(again->id == part->id && again->what.index() == part->what.index());
  ASSERT(make_stream_part(*again) == written);
}

}  // namespace
}  // namespace malinka::protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::protocol::check(malinka::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
