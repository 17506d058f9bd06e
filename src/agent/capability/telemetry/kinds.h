// SPDX-License-Identifier: MIT
// What sensors measure, by the names of their files, and how the kernel counts it. Source:
// Documentation/ABI/testing/sysfs-class-hwmon and sysfs-bus-iio of the kernel.

#pragma once

#include <array>
#include <string_view>

#include "agent/capability/telemetry/reading.h"

namespace malinka::agent::telemetry {

namespace quantity {
inline constexpr std::string_view temperature = "temperature";
inline constexpr std::string_view humidity = "humidity";
}  // namespace quantity

/// One sort of file.
struct Kind {
  std::string_view stem;  ///< Its name begins so.
  std::string_view quantity;
  std::string_view unit;
  double divisor;  ///< What it has to be divided by to be in that unit.
  Range possible;  ///< A limit beyond these means that there is none.
};

/// Drives without limits say that theirs are absolute zero and 65,261 degrees.
inline constexpr Range possible_celsius{.min = -273, .max = 1000};

inline constexpr std::array<Kind, 6> hwmon_kinds = {{
    {"temp", quantity::temperature, "°C", 1000, possible_celsius},
    {"humidity", quantity::humidity, "%", 1000, {}},
    {"fan", "fan", "rpm", 1, {}},
    {"in", "voltage", "V", 1000, {}},
    {"curr", "current", "A", 1000, {}},
    {"power", "power", "W", 1e6, {}},
}};

inline constexpr std::array<Kind, 8> iio_kinds = {{
    {"in_temp", quantity::temperature, "°C", 1000, possible_celsius},
    {"in_humidityrelative", quantity::humidity, "%", 1000, {}},
    {"in_pressure", "pressure", "kPa", 1, {}},
    {"in_illuminance", "illuminance", "lx", 1, {}},
    {"in_concentration", "concentration", "%", 1, {}},
    {"in_voltage", "voltage", "V", 1000, {}},
    {"in_current", "current", "A", 1000, {}},
    {"in_power", "power", "W", 1000, {}},
}};

}  // namespace malinka::agent::telemetry
