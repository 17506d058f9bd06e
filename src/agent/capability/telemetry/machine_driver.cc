// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/machine_driver.h"

#include "agent/capability/telemetry/sensors.h"
#include "agent/capability/telemetry/throttling.h"

namespace malinka::agent::telemetry {

MachineDriver::MachineDriver(const Clock& clock, std::string root)
    : clock_(clock), root_(std::move(root)) {}

Reading MachineDriver::read() {
  Reading reading;
  reading.time = clock_.wall();
  reading.uptime_seconds = read_uptime_seconds(root_);
  reading.memory = read_memory(root_);
  reading.disks = read_disks(root_);
  reading.network = read_network(root_);
  reading.sensors = read_thermal_zones(root_);
  reading.probes = find_probes(root_, reading.sensors);
  reading.throttling = read_throttling(root_);
  processors_.measure(root_, reading.cpu);
  reading.cpu.load_average = read_load_average(root_);
  return reading;
}

ProbeResult MachineDriver::read_probe(const std::string& probe) const {
  return telemetry::read_probe(root_, probe);
}

}  // namespace malinka::agent::telemetry
