// SPDX-License-Identifier: MIT
// What one burst of messages came to.

#pragma once

#include <cstdint>
#include <string>

#include "bench/load/histogram.h"

namespace malinka::bench {

/// How much to send. **Value.**
struct BurstSize {
  std::uint32_t messages = 1;  ///< From each publisher.
  std::uint32_t window = 1;    ///< In flight at once from each.
};

/// **Value.**
struct Burst {
  std::uint64_t messages = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t misordered = 0;  ///< Came twice, out of order, behind a gap, or to the wrong one.
  std::uint64_t others = 0;      ///< What the server said besides.
  std::uint64_t missing = 0;     ///< Had not come when patience ended.
  std::uint64_t began_ns = 0;
  std::uint64_t ended_ns = 0;
  std::uint64_t generator_ns = 0;  ///< The generator's own CPU time.
  Histogram latency_ns{};          ///< From before the sending to after the reading.

  [[nodiscard]] std::string to_json() const;
};

/// CPU time of this thread.
[[nodiscard]] std::uint64_t own_cpu_ns();

}  // namespace malinka::bench
