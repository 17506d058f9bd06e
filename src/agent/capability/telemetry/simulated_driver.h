// SPDX-License-Identifier: MIT
// The simulated driver: another one's readings, and a sensor beside them that follows a wave.

#pragma once

#include <memory>

#include "agent/capability/telemetry/telemetry_driver.h"

namespace malinka::agent::telemetry {

class SimulatedDriver final : public TelemetryDriver {
 public:
  explicit SimulatedDriver(std::unique_ptr<TelemetryDriver> machine)
      : machine_(std::move(machine)) {}
  [[nodiscard]] Reading read() override;

 private:
  std::unique_ptr<TelemetryDriver> machine_;
};

}  // namespace malinka::agent::telemetry
