// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/sensors.h"

#include <algorithm>
#include <array>

#include "agent/capability/telemetry/kernel_text.h"
#include "base/try.h"

namespace malinka::agent::telemetry {
namespace {

/// The kernel speaks of thousandths of a degree and of a percent.
constexpr double milli = 1000;
constexpr std::size_t sensors_max = 64;

/// Puts a value where it belongs, or the reason why there is none.
void fill(std::optional<double>& value, const Result<double>& measured, Sensor& sensor) {
  if (measured)
    value = *measured / milli;
  else
    sensor.error = measured.error().code.message();
}

void add_thermal_zones(const std::string& root, std::vector<Sensor>& sensors) {
  const std::string folder = root + "/sys/class/thermal/";
  for (const std::string& zone : list_names(folder)) {
    if (!zone.starts_with("thermal_zone")) continue;
    Sensor sensor{.name = read_text(folder + zone + "/type").value_or(zone),
                  .temperature_celsius = {},
                  .humidity_percent = {},
                  .error = {}};
    fill(sensor.temperature_celsius, read_number(folder + zone + "/temp"), sensor);
    sensors.push_back(std::move(sensor));
  }
}

/// The kernel shows each thermal zone as a hwmon chip too, with `_` for `-`.
bool is_known_zone(const std::vector<Sensor>& sensors, std::string chip) {
  std::ranges::replace(chip, '_', '-');
  return std::ranges::any_of(sensors, [&](const Sensor& sensor) {
    std::string name = sensor.name;
    std::ranges::replace(name, '_', '-');
    return name == chip;
  });
}

void add_chip(const std::string& folder, const std::string& chip, std::vector<Sensor>& sensors) {
  for (const std::string& input : list_names(folder)) {
    if (!input.starts_with("temp") || !input.ends_with("_input")) continue;
    const std::string stem =
        folder + input.substr(0, input.size() - std::string_view("input").size());
    const Result<std::string> label = read_text(stem + "label");
    Sensor sensor{.name = label ? chip + " " + *label : chip,
                  .temperature_celsius = {},
                  .humidity_percent = {},
                  .error = {}};
    fill(sensor.temperature_celsius, read_number(folder + input), sensor);
    sensors.push_back(std::move(sensor));
  }
}

void add_chips(const std::string& root, std::vector<Sensor>& sensors) {
  const std::vector<Sensor> zones = sensors;
  const std::string folder = root + "/sys/class/hwmon/";
  for (const std::string& name : list_names(folder)) {
    const std::string chip = read_text(folder + name + "/name").value_or(name);
    if (!is_known_zone(zones, chip)) add_chip(folder + name + "/", chip, sensors);
  }
}

/// A channel of an IIO device in thousandths: ready-made, or raw with its offset and scale. Nothing
/// where the device has no such channel.
std::optional<Result<double>> read_channel(const std::string& stem) {
  Result<double> input = read_number(stem + "_input");
  if (input || input.error().code != std::errc::no_such_file_or_directory) return input;
  const Result<double> raw = read_number(stem + "_raw");
  if (!raw && raw.error().code == std::errc::no_such_file_or_directory) return {};
  if (!raw) return raw;
  return (*raw + read_number(stem + "_offset").value_or(0)) *
         read_number(stem + "_scale").value_or(1);
}

void add_iio_devices(const std::string& root, std::vector<Sensor>& sensors) {
  const std::string folder = root + "/sys/bus/iio/devices/";
  for (const std::string& device : list_names(folder)) {
    const std::optional<Result<double>> temperature = read_channel(folder + device + "/in_temp");
    const std::optional<Result<double>> humidity =
        read_channel(folder + device + "/in_humidityrelative");
    if (!temperature && !humidity) continue;
    Sensor sensor{.name = read_text(folder + device + "/name").value_or(device),
                  .temperature_celsius = {},
                  .humidity_percent = {},
                  .error = {}};
    if (temperature) fill(sensor.temperature_celsius, *temperature, sensor);
    if (humidity) fill(sensor.humidity_percent, *humidity, sensor);
    sensors.push_back(std::move(sensor));
  }
}

}  // namespace

std::vector<Sensor> read_sensors(const std::string& root) {
  std::vector<Sensor> sensors;
  add_thermal_zones(root, sensors);
  add_chips(root, sensors);
  add_iio_devices(root, sensors);
  sensors.resize(std::min(sensors.size(), sensors_max));
  return sensors;
}

std::optional<double> find_processor_temperature(const std::vector<Sensor>& sensors) {
  constexpr std::array<std::string_view, 5> signs = {"cpu", "x86_pkg", "coretemp", "k10temp",
                                                     "soc"};
  for (const std::string_view sign : signs)
    for (const Sensor& sensor : sensors)
      if (sensor.name.contains(sign) && sensor.temperature_celsius)
        return sensor.temperature_celsius;
  return {};
}

}  // namespace malinka::agent::telemetry
