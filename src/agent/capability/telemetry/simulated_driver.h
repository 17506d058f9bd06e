// SPDX-License-Identifier: MIT
// The simulated driver: another one's readings, and a sensor beside them that follows a wave.

#pragma once

#include <memory>

#include "agent/capability/telemetry/telemetry_driver.h"

namespace malinka::agent::telemetry {

class SimulatedDriver final : public TelemetryDriver {
 public:
  /// `clock` must outlive it.
  SimulatedDriver(const Clock& clock, std::unique_ptr<TelemetryDriver> machine)
      : clock_(clock), machine_(std::move(machine)) {}
  [[nodiscard]] Reading read() override;
  [[nodiscard]] ProbeResult read_probe(const std::string& probe) const override;

 private:
  const Clock& clock_;
  std::unique_ptr<TelemetryDriver> machine_;
};

}  // namespace malinka::agent::telemetry
