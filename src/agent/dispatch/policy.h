// SPDX-License-Identifier: MIT
// What the device's owner allows, for each capability: how much at most, and in which kind of
// channel at least.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "malinka/message.h"

namespace malinka::agent::dispatch {

/// What a command needs, and what a rule grants: each includes the one before.
enum class Level { deny, view, control };

/// How well a channel is kept, each better than the one before.
enum class ChannelKind { open, guarded, sealed };

[[nodiscard]] std::string_view to_text(Level level);
[[nodiscard]] std::string_view to_text(ChannelKind kind);
[[nodiscard]] std::optional<Level> parse_level(std::string_view text);
[[nodiscard]] std::optional<ChannelKind> parse_channel_kind(std::string_view text);

/// `[policy.NAME]` of agent.toml.
struct Rule {
  Level level = Level::control;
  ChannelKind channel = ChannelKind::guarded;
};

/// What a rule comes to in one kind of channel.
struct Grant {
  Level level = Level::deny;
  std::string
      reason;  ///< Why it is less than control, and what would change it; empty for control.
};

/// The rules of a device; what has none of its own has the default of its name. **Value.**
class Policy {
 public:
  void set(std::string_view capability, Rule rule);

  [[nodiscard]] Rule rule_of(std::string_view capability) const;
  /// `access` is what the sender of a command may do at most.
  [[nodiscard]] Grant grant(std::string_view capability, ChannelKind current,
                            Access access = Access::control) const;

 private:
  std::map<std::string, Rule, std::less<>> rules_;
};

}  // namespace malinka::agent::dispatch
