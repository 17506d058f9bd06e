// SPDX-License-Identifier: MIT
// One channel of a sensor: what is read of it becomes a measurement, or the reason why there is
// none.

#pragma once

#include <string>

#include "agent/capability/telemetry/kinds.h"
#include "agent/capability/telemetry/probe_result.h"
#include "malinka/result.h"

namespace malinka::agent::telemetry {

struct Channel {
  const Kind& kind;
  std::string label;
  Range range;  ///< In the channel's unit.
};

/// A limit in the kernel's numbers as one in the channel's unit; nothing where there is none.
[[nodiscard]] std::optional<double> to_limit(const Kind& kind, const Result<double>& counted);

/// `counted` is in the kernel's numbers.
void add_measured(ProbeResult& result, Channel channel, const Result<double>& counted);

}  // namespace malinka::agent::telemetry
