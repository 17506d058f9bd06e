// SPDX-License-Identifier: MIT
#include "bench/load/failure.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

namespace malinka::bench {

void give_up(std::string_view what) {
  std::fprintf(stderr, "bench: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

void give_up_on_errno(std::string_view call) {
  give_up(std::string(call) + ": " + std::system_category().message(errno));
}

}  // namespace malinka::bench
