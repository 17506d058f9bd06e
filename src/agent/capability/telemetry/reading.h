// SPDX-License-Identifier: MIT
// One reading of a machine and its sensors: `telemetry.reading` of spec/commands.json.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_fwd.h"

namespace malinka::agent::telemetry {

struct Cpu {
  std::optional<double> load_percent;  ///< Busy share of all cores since the last reading.
  std::vector<double> core_percents;
  std::optional<double> load_average;  ///< The kernel's, over one minute.
  std::optional<double> temperature_celsius;
};

struct Memory {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
};

struct Disk {
  std::string path;
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
  double used_percent = 0;
};

struct NetworkInterface {
  std::string name;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
};

/// The ends of what a sensor can measure, or of what is no cause for alarm: as the kernel says.
struct Range {
  std::optional<double> min;
  std::optional<double> max;
};

/// One value of a sensor. **Value.**
struct Measurement {
  std::string_view quantity;  ///< As `temperature`: kinds.h has them all.
  std::string label;          ///< Which of several of that quantity; may be empty.
  double value = 0;
  std::string_view unit;
  Range range;
  std::optional<double> age_seconds;  ///< Where it was measured for an earlier reading.
};

struct Sensor {
  std::string name;
  std::vector<Measurement> measurements;
  std::string error;  ///< Why there is no new value, or none; empty where all are new.
  bool is_simulated = false;

  [[nodiscard]] std::optional<double> first(std::string_view quantity) const;
};

/// What a Raspberry Pi's firmware does because of too little power or too much heat.
struct Throttling {
  std::uint32_t flags = 0;  ///< As `vcgencmd get_throttled` says them.
  bool is_whole = false;    ///< Else the first flag alone is known: under-voltage now.
};

struct Reading {
  Wall time;
  double uptime_seconds = 0;
  Cpu cpu;
  std::optional<Memory> memory;
  std::vector<Disk> disks;
  std::vector<NetworkInterface> network;
  std::vector<Sensor> sensors;
  std::optional<Throttling> throttling;
  std::vector<std::string> probes;  ///< Further sensors, each to be read by itself.
};

[[nodiscard]] Json to_json(const Reading& reading);

}  // namespace malinka::agent::telemetry
