// SPDX-License-Identifier: MIT
// Where readings come from: the machine, or the machine with a sensor that is made up.

#pragma once

#include "agent/capability/telemetry/probe_result.h"
#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

class TelemetryDriver {
 public:
  virtual ~TelemetryDriver() = default;
  /// All but what the probes measure; which there are, is in it. Used by one thread at a time,
  /// which need not be the same each time. What cannot be read is left out, or says why.
  [[nodiscard]] virtual Reading read() = 0;
  /// May block: some sensors take seconds. **Thread-safe**, for different probes.
  [[nodiscard]] virtual ProbeResult read_probe(const std::string& probe) const = 0;
};

}  // namespace malinka::agent::telemetry
