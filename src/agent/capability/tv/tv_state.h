// SPDX-License-Identifier: MIT
// What is known of a TV: what it has said, and what it has not taken back.

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/capability/tv/tv_driver.h"
#include "base/json_fwd.h"

namespace malinka::agent::tv {

/// **Value.**
struct TvState {
  std::string device;  ///< Of the port where it is; empty: none is known.
  Power power = Power::unknown;
  std::optional<bool> is_focused;  ///< Whether the picture comes from this device.
  std::optional<int> volume_percent;
  std::optional<bool> is_muted;
  std::string name;
  std::string vendor;
  std::string problem;           ///< What a person can do; empty for nothing.
  std::set<std::string> silent;  ///< Devices of ports where no TV has answered.

  /// What `message`, heard at `port`, changes.
  void take(const Port& port, const CecMessage& message);
  void set_power(Power now);
  /// Nothing that it has said counts any more.
  void forget();
};

/// What a channel is told of: the event `tv.power`.
struct PowerNews {
  Power power = Power::unknown;
  std::optional<bool> is_focused;

  bool operator==(const PowerNews&) const = default;
};

/// What each port lacks, in one sentence; empty where a TV is known.
[[nodiscard]] std::string explain_absence(const TvState& state, const std::vector<Port>& ports);

[[nodiscard]] Json to_json(const PowerNews& news);
/// The reply of tv.status.
[[nodiscard]] Json to_json(const TvState& state, const std::vector<Port>& ports);

}  // namespace malinka::agent::tv
