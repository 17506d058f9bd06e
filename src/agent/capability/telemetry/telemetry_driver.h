// SPDX-License-Identifier: MIT
// Where readings come from: the machine, or the machine with a sensor that is made up.

#pragma once

#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

/// Used by one thread at a time, which need not be the same each time.
class TelemetryDriver {
 public:
  virtual ~TelemetryDriver() = default;
  /// May block: some sensors take seconds. What cannot be read is left out, or says why.
  [[nodiscard]] virtual Reading read() = 0;
};

}  // namespace malinka::agent::telemetry
