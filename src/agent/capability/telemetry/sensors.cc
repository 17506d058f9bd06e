// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/sensors.h"

#include <algorithm>
#include <array>
#include <map>

#include "agent/capability/telemetry/channel.h"
#include "agent/capability/telemetry/hwmon.h"
#include "agent/capability/telemetry/iio.h"
#include "agent/capability/telemetry/kernel_text.h"

namespace malinka::agent::telemetry {
namespace {

constexpr std::size_t sensors_max = 64;
constexpr std::string_view chips_folder = "/sys/class/hwmon/";
constexpr std::string_view devices_folder = "/sys/bus/iio/devices/";

/// Where the machine would be turned off.
Range read_zone_range(const std::string& folder) {
  constexpr int trips_max = 12;
  for (int i = 0; i < trips_max; ++i) {
    const std::string trip = folder + "/trip_point_" + std::to_string(i);
    const Result<std::string> type = read_text(trip + "_type");
    if (!type) return {};
    if (*type == "critical") return {{}, to_limit(hwmon_kinds[0], read_number(trip + "_temp"))};
  }
  return {};
}

std::string with_dashes(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

bool is_zone(const std::string& chip, const std::vector<Sensor>& zones) {
  return std::ranges::any_of(
      zones, [&](const Sensor& zone) { return with_dashes(zone.name) == with_dashes(chip); });
}

}  // namespace

std::vector<Sensor> read_thermal_zones(const std::string& root) {
  const std::string folder = root + "/sys/class/thermal/";
  std::vector<Sensor> zones;
  for (const std::string& zone : list_names(folder)) {
    if (!zone.starts_with("thermal_zone") || zones.size() == sensors_max) continue;
    ProbeResult result;
    result.sensor.name = read_text(folder + zone + "/type").value_or(zone);
    add_measured(result, {hwmon_kinds[0], "", read_zone_range(folder + zone)},
                 read_number(folder + zone + "/temp"));
    zones.push_back(std::move(result.sensor));
  }
  return zones;
}

std::vector<std::string> find_probes(const std::string& root, const std::vector<Sensor>& zones) {
  std::vector<std::string> probes;
  for (const std::string& name : list_names(root + std::string(chips_folder))) {
    const std::string chip = std::string(chips_folder) + name;
    if (!is_zone(read_text(root + chip + "/name").value_or(name), zones)) probes.push_back(chip);
  }
  for (const std::string& name : list_names(root + std::string(devices_folder)))
    if (name.starts_with("iio:device")) probes.push_back(std::string(devices_folder) + name);
  probes.resize(std::min(probes.size(), sensors_max));
  return probes;
}

ProbeResult read_probe(const std::string& root, const std::string& probe) {
  return probe.starts_with(chips_folder) ? read_hwmon_chip(root + probe)
                                         : read_iio_device(root + probe);
}

void make_names_unique(std::vector<Sensor>& sensors) {
  std::map<std::string, int> counts;
  for (Sensor& sensor : sensors)
    if (const int count = ++counts[sensor.name]; count > 1)
      sensor.name += " " + std::to_string(count);
}

std::optional<double> find_processor_temperature(const std::vector<Sensor>& sensors) {
  constexpr std::array<std::string_view, 5> signs = {"cpu", "x86_pkg", "coretemp", "k10temp",
                                                     "soc"};
  for (const std::string_view sign : signs)
    for (const Sensor& sensor : sensors)
      if (const auto celsius = sensor.first(quantity::temperature);
          celsius && sensor.name.contains(sign))
        return celsius;
  return {};
}

}  // namespace malinka::agent::telemetry
