// SPDX-License-Identifier: MIT
// A device of the kernel's Industrial I/O: a DHT11 or DHT22, a BME280, any other. Source:
// Documentation/ABI/testing/sysfs-bus-iio of the kernel.

#pragma once

#include <string>

#include "agent/capability/telemetry/probe_result.h"

namespace malinka::agent::telemetry {

/// `folder` is the device's, as /sys/bus/iio/devices/iio:device0. May block for seconds.
[[nodiscard]] ProbeResult read_iio_device(const std::string& folder);

}  // namespace malinka::agent::telemetry
