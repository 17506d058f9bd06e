// SPDX-License-Identifier: MIT
// The kernel's sensors: thermal zones, hwmon chips and IIO devices (the dht11 among them).
// Source: Documentation/ABI/testing/sysfs-class-thermal, sysfs-class-hwmon, sysfs-bus-iio of the
// kernel.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

/// All that there are. One that fails says why in its place, and the others are read as ever. May
/// block for seconds.
[[nodiscard]] std::vector<Sensor> read_sensors(const std::string& root);

/// The processor's own temperature, where one of the sensors measures it.
[[nodiscard]] std::optional<double> find_processor_temperature(const std::vector<Sensor>& sensors);

}  // namespace malinka::agent::telemetry
