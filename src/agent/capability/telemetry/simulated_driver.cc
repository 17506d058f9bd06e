// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/simulated_driver.h"

#include <cmath>
#include <numbers>

namespace malinka::agent::telemetry {
namespace {

struct Wave {
  double middle;
  double swing;
  double period_seconds;

  [[nodiscard]] double at(double seconds) const {
    return middle + swing * std::sin(2 * std::numbers::pi * seconds / period_seconds);
  }
};

/// A living room, in minutes rather than hours, so that a plot has something to show.
constexpr Wave temperature{.middle = 21.5, .swing = 2.5, .period_seconds = 240};
constexpr Wave humidity{.middle = 45, .swing = 8, .period_seconds = 390};

}  // namespace

Reading SimulatedDriver::read() {
  Reading reading = machine_->read();
  const double seconds = std::chrono::duration<double>(reading.time.time_since_epoch()).count();
  reading.sensors.push_back({.name = "dht11 (simulated)",
                             .temperature_celsius = temperature.at(seconds),
                             .humidity_percent = humidity.at(seconds),
                             .error = {},
                             .is_simulated = true});
  return reading;
}

}  // namespace malinka::agent::telemetry
