// SPDX-License-Identifier: MIT
// What /proc and the mounted file systems say: processor, memory, uptime, network and disks. See
// proc(5).

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

/// How long one processor, or all of them, did something, and anything at all. In ticks since the
/// start.
struct ProcessorTime {
  double busy = 0;
  double total = 0;
};

/// The load between two looks at /proc/stat.
class ProcessorMeter {
 public:
  /// Fills in the load since the last call; the first time, since the machine was started.
  void measure(const std::string& root, Cpu& cpu);

 private:
  std::vector<ProcessorTime> last_;  // All together, then each core.
};

[[nodiscard]] std::optional<double> read_load_average(const std::string& root);
[[nodiscard]] double read_uptime_seconds(const std::string& root);
[[nodiscard]] std::optional<Memory> read_memory(const std::string& root);
/// All but the loopback.
[[nodiscard]] std::vector<NetworkInterface> read_network(const std::string& root);
/// Each mounted device once, and the root. No network file systems: their server may be away, and
/// would keep us waiting.
[[nodiscard]] std::vector<Disk> read_disks(const std::string& root);

}  // namespace malinka::agent::telemetry
