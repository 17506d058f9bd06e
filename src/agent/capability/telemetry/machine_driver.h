// SPDX-License-Identifier: MIT
// The real driver: this machine, as its kernel tells.

#pragma once

#include <string>

#include "agent/capability/telemetry/proc.h"
#include "agent/capability/telemetry/telemetry_driver.h"

namespace malinka::agent::telemetry {

class MachineDriver final : public TelemetryDriver {
 public:
  /// `root` stands in front of /proc, /sys, /dev and every mounted path: empty, but for tests.
  /// `clock` must outlive it.
  explicit MachineDriver(const Clock& clock, std::string root = {});
  [[nodiscard]] Reading read() override;
  [[nodiscard]] ProbeResult read_probe(const std::string& probe) const override;

 private:
  const Clock& clock_;
  const std::string root_;
  ProcessorMeter processors_;
};

}  // namespace malinka::agent::telemetry
