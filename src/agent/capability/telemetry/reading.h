// SPDX-License-Identifier: MIT
// One reading of a machine and its sensors: `telemetry.reading` of spec/commands.json.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

struct Sensor {
  std::string name;
  std::optional<double> temperature_celsius;
  std::optional<double> humidity_percent;
  std::string error;  ///< Why there is no value; empty where there is.
  bool is_simulated = false;
};

struct Reading {
  Wall time;
  double uptime_seconds = 0;
  Cpu cpu;
  std::optional<Memory> memory;
  std::vector<Disk> disks;
  std::vector<NetworkInterface> network;
  std::vector<Sensor> sensors;
};

[[nodiscard]] Json to_json(const Reading& reading);

}  // namespace malinka::agent::telemetry
