// SPDX-License-Identifier: MIT
#include "base/random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/assert.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace malinka::base {

void fill_random(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t filled = ::getrandom(out.data(), out.size(), 0);
    if (filled < 0 && errno == EINTR) continue;
    ASSERT(filled > 0);
    out = out.subspan(static_cast<std::size_t>(filled));
  }
}

std::uint64_t random_below(std::uint64_t bound) {
  ASSERT(bound > 0);
  // Values at or above the largest multiple of `bound` would make small results likelier: draw
  // again.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = 0;
  do fill_random(std::as_writable_bytes(std::span(&value, 1)));
  while (value >= limit);
  return value % bound;
}

std::string random_text(unsigned bits) {
  ASSERT(bits % 8 == 0);
  Bytes bytes(bits / 8);
  fill_random(bytes);
  return encode_base64url(bytes);
}

}  // namespace malinka::base
