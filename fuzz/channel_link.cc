// SPDX-License-Identifier: MIT
// Links: one that is accepted names a hub, a channel and a password, and is the same when it is
// written and read again. What is refused is not repeated.

#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "malinka/channel_link.h"
#include "protocol/names.h"

namespace malinka {
namespace {

void check(std::string_view text) {
  const auto link = parse_link(text);
  if (!link) return ASSERT(link.error().context.starts_with("not a link"));
  ASSERT(protocol::is_name(link->channel));
  ASSERT(base::is_utf8(link->password));
  const auto written = make_link(*link);
  ASSERT(written.has_value());
  const auto again = parse_link(*written);
  ASSERT(again.has_value());
  ASSERT(*again == *link);
  ASSERT(make_link(*again).value() == *written);
}

}  // namespace
}  // namespace malinka

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::check(malinka::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
