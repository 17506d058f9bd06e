// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/channel.h"

#include <cmath>

namespace malinka::agent::telemetry {
namespace {

/// What a sensor on a loose wire says, and one that was asked while it was busy.
bool is_transient(const Error& error) {
  return error.code == std::errc::io_error || error.code == std::errc::timed_out;
}

void add_error(Sensor& sensor, const std::string& error) {
  if (!sensor.error.empty()) sensor.error += "; ";
  sensor.error += error;
}

}  // namespace

std::optional<double> to_limit(const Kind& kind, const Result<double>& counted) {
  if (!counted) return {};
  const double limit = *counted / kind.divisor;
  const bool is_possible = std::isfinite(limit) && limit > kind.possible.min.value_or(-HUGE_VAL) &&
                           limit < kind.possible.max.value_or(HUGE_VAL);
  return is_possible ? std::optional(limit) : std::nullopt;
}

void add_measured(ProbeResult& result, Channel channel, const Result<double>& counted) {
  const Kind& kind = channel.kind;
  if (counted) {
    result.sensor.measurements.push_back({kind.quantity, std::move(channel.label),
                                          *counted / kind.divisor, kind.unit, channel.range,
                                          std::nullopt});
    return;
  }
  const std::string what = channel.label.empty() ? std::string(kind.quantity)
                                                 : std::string(kind.quantity) + " " + channel.label;
  add_error(result.sensor, what + ": " + counted.error().code.message());
  result.is_transient |= is_transient(counted.error());
}

}  // namespace malinka::agent::telemetry
