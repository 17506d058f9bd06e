// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/simulated_driver.h"

#include <cmath>
#include <numbers>

#include "agent/capability/telemetry/kinds.h"

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

/// No folder of the kernel is called so.
constexpr std::string_view simulated_probe = "simulated";

}  // namespace

Reading SimulatedDriver::read() {
  Reading reading = machine_->read();
  reading.probes.emplace_back(simulated_probe);
  // A board with enough power; where the machine is a Pi itself, as it is.
  if (!reading.throttling) reading.throttling = Throttling{.flags = 0, .is_whole = true};
  return reading;
}

ProbeResult SimulatedDriver::read_probe(const std::string& probe) const {
  if (probe != simulated_probe) return machine_->read_probe(probe);
  const double seconds = std::chrono::duration<double>(clock_.wall().time_since_epoch()).count();
  ProbeResult result;
  result.sensor = {.name = "dht11 (simulated)",
                   .measurements = {{.quantity = quantity::temperature,
                                     .label = {},
                                     .value = temperature.at(seconds),
                                     .unit = "°C",
                                     .range = {0, 50},
                                     .age_seconds = {}},
                                    {.quantity = quantity::humidity,
                                     .label = {},
                                     .value = humidity.at(seconds),
                                     .unit = "%",
                                     .range = {20, 90},
                                     .age_seconds = {}}},
                   .error = {},
                   .is_simulated = true};
  return result;
}

}  // namespace malinka::agent::telemetry
