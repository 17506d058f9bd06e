// SPDX-License-Identifier: MIT
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace malinka::base {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "malinka: bug: %s does not hold, %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace malinka::base
