// SPDX-License-Identifier: MIT
// A chip of the kernel's hardware monitoring. Source: Documentation/hwmon/sysfs-interface.rst.

#pragma once

#include <string>

#include "agent/capability/telemetry/probe_result.h"

namespace malinka::agent::telemetry {

/// `folder` is the chip's, as /sys/class/hwmon/hwmon0. May block for a second: a DS18B20 does.
[[nodiscard]] ProbeResult read_hwmon_chip(const std::string& folder);

}  // namespace malinka::agent::telemetry
