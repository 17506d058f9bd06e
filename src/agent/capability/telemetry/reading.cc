// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/reading.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/capability/telemetry/kinds.h"
#include "base/json.h"
#include "protocol/timestamp.h"

namespace malinka::agent::telemetry {
namespace {

/// No sensor of ours knows more than a tenth, and readings are sent for ever.
double to_tenths(double value) { return std::round(value * 10) / 10; }

void add(Json& object, const char* name, const std::optional<double>& value) {
  if (value) object[name] = to_tenths(*value);
}

Json describe(const Cpu& cpu) {
  Json json = Json::object();
  add(json, "loadPercent", cpu.load_percent);
  if (cpu.load_average) json["loadAverage"] = *cpu.load_average;
  add(json, "temperatureCelsius", cpu.temperature_celsius);
  for (const double percent : cpu.core_percents) json["corePercents"].push_back(to_tenths(percent));
  return json;
}

Json describe(const std::optional<Memory>& memory) {
  if (!memory || memory->total_bytes == 0) return Json::object();
  const auto total = static_cast<double>(memory->total_bytes);
  const auto available = static_cast<double>(memory->available_bytes);
  return {{"totalBytes", memory->total_bytes},
          {"availableBytes", memory->available_bytes},
          {"usedPercent", to_tenths(100 * (total - available) / total)}};
}

Json describe(const Disk& disk) {
  return {{"path", disk.path},
          {"totalBytes", disk.total_bytes},
          {"availableBytes", disk.available_bytes},
          {"usedPercent", to_tenths(disk.used_percent)}};
}

Json describe(const NetworkInterface& interface) {
  return {{"interface", interface.name},
          {"receivedBytes", interface.received_bytes},
          {"sentBytes", interface.sent_bytes}};
}

/// A volt has digits that matter, a degree and a percent have none.
double rounded(const Measurement& measurement, double value) {
  const bool is_coarse =
      measurement.quantity == quantity::temperature || measurement.quantity == quantity::humidity;
  return is_coarse ? to_tenths(value) : std::round(value * 1000) / 1000;
}

Json describe(const Measurement& measurement) {
  Json json = {{"quantity", measurement.quantity},
               {"value", rounded(measurement, measurement.value)},
               {"unit", measurement.unit}};
  if (!measurement.label.empty()) json["label"] = measurement.label;
  if (measurement.range.min) json["min"] = rounded(measurement, *measurement.range.min);
  if (measurement.range.max) json["max"] = rounded(measurement, *measurement.range.max);
  add(json, "ageSeconds", measurement.age_seconds);
  return json;
}

template <typename Item>
Json describe_all(const std::vector<Item>& items);

std::optional<double> oldest(const Sensor& sensor) {
  std::optional<double> age;
  for (const Measurement& one : sensor.measurements)
    if (one.age_seconds) age = std::max(age.value_or(0), *one.age_seconds);
  return age;
}

Json describe(const Sensor& sensor) {
  Json json = {{"name", sensor.name}};
  add(json, "temperatureCelsius", sensor.first(quantity::temperature));
  add(json, "humidityPercent", sensor.first(quantity::humidity));
  if (!sensor.measurements.empty()) json["values"] = describe_all(sensor.measurements);
  add(json, "ageSeconds", oldest(sensor));
  if (!sensor.error.empty()) json["error"] = sensor.error;
  if (sensor.is_simulated) json["simulated"] = true;
  return json;
}

/// The firmware's bits; sixteen further up is the same since the machine was started.
constexpr std::array<const char*, 4> throttling_names = {"underVoltage", "frequencyCapped",
                                                         "throttled", "softTemperatureLimit"};
constexpr unsigned since_boot_shift = 16;

Json describe(const Throttling& throttling) {
  const auto has = [&](std::size_t bit) { return (throttling.flags >> bit & 1U) != 0; };
  if (!throttling.is_whole) return {{throttling_names[0], has(0)}};
  Json json = Json::object();
  for (std::size_t bit = 0; bit < throttling_names.size(); ++bit) {
    json[throttling_names[bit]] = has(bit);
    json[std::string(throttling_names[bit]) + "SinceBoot"] = has(bit + since_boot_shift);
  }
  return json;
}

template <typename Item>
Json describe_all(const std::vector<Item>& items) {
  Json all = Json::array();
  for (const Item& item : items) all.push_back(describe(item));
  return all;
}

}  // namespace

std::optional<double> Sensor::first(std::string_view quantity) const {
  const auto found = std::ranges::find(measurements, quantity, &Measurement::quantity);
  return found == measurements.end() ? std::nullopt : std::optional(found->value);
}

Json to_json(const Reading& reading) {
  Json json = {{"time", protocol::format_timestamp(reading.time)},
               {"uptimeSeconds", to_tenths(reading.uptime_seconds)},
               {"cpu", describe(reading.cpu)},
               {"memory", describe(reading.memory)},
               {"disks", describe_all(reading.disks)},
               {"network", describe_all(reading.network)},
               {"sensors", describe_all(reading.sensors)}};
  if (reading.throttling) json["throttled"] = describe(*reading.throttling);
  return json;
}

}  // namespace malinka::agent::telemetry
