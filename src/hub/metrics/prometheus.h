// SPDX-License-Identifier: MIT
// The counters in Prometheus' text format, version 0.0.4.

#pragma once

#include <string>

#include "hub/metrics/counters.h"

namespace malinka::hub {

inline constexpr const char* prometheus_media_type = "text/plain; version=0.0.4; charset=utf-8";

[[nodiscard]] std::string render_metrics(const Counters& counters, const Gauges& gauges);

}  // namespace malinka::hub
