// SPDX-License-Identifier: MIT
// Which of the kernel's sensors there are: thermal zones, which are quick, and probes (hwmon chips
// and IIO devices), each of which is read by itself.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/capability/telemetry/probe_result.h"
#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

/// Source: Documentation/ABI/testing/sysfs-class-thermal of the kernel.
[[nodiscard]] std::vector<Sensor> read_thermal_zones(const std::string& root);

/// Folders below `root`, as /sys/class/hwmon/hwmon0. Without those that are `zones` as well: the
/// kernel shows a thermal zone as a chip too. At most 64.
[[nodiscard]] std::vector<std::string> find_probes(const std::string& root,
                                                   const std::vector<Sensor>& zones);

/// `probe` as find_probes() names it. May block for seconds.
[[nodiscard]] ProbeResult read_probe(const std::string& root, const std::string& probe);

/// Two that are called alike are told apart: `bme280` and `bme280 2`.
void make_names_unique(std::vector<Sensor>& sensors);

/// The processor's own temperature, where one of the sensors measures it.
[[nodiscard]] std::optional<double> find_processor_temperature(const std::vector<Sensor>& sensors);

}  // namespace malinka::agent::telemetry
