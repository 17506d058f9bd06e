// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/reading.h"

#include <cmath>

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

Json describe(const Sensor& sensor) {
  Json json = {{"name", sensor.name}};
  add(json, "temperatureCelsius", sensor.temperature_celsius);
  add(json, "humidityPercent", sensor.humidity_percent);
  if (!sensor.error.empty()) json["error"] = sensor.error;
  if (sensor.is_simulated) json["simulated"] = true;
  return json;
}

template <typename Item>
Json describe_all(const std::vector<Item>& items) {
  Json all = Json::array();
  for (const Item& item : items) all.push_back(describe(item));
  return all;
}

}  // namespace

Json to_json(const Reading& reading) {
  return {{"time", protocol::format_timestamp(reading.time)},
          {"uptimeSeconds", to_tenths(reading.uptime_seconds)},
          {"cpu", describe(reading.cpu)},
          {"memory", describe(reading.memory)},
          {"disks", describe_all(reading.disks)},
          {"network", describe_all(reading.network)},
          {"sensors", describe_all(reading.sensors)}};
}

}  // namespace malinka::agent::telemetry
