// SPDX-License-Identifier: MIT
// What one look at a probe gave. A probe is a sensor that is read by itself, since that may take
// long, or fail and succeed the next time.

#pragma once

#include <chrono>

#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

/// **Value.**
struct ProbeResult {
  Sensor sensor;                 ///< Its measurements are new; what failed is in its error.
  bool is_transient = false;     ///< What failed may succeed when it is tried again.
  std::chrono::seconds rest{0};  ///< Until it can have something new to say.
};

}  // namespace malinka::agent::telemetry
