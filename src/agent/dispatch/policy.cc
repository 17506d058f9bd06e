// SPDX-License-Identifier: MIT
#include "agent/dispatch/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace malinka::agent::dispatch {
namespace {

constexpr std::array<std::string_view, 3> level_names = {"deny", "view", "control"};
constexpr std::array<std::string_view, 3> channel_names = {"open", "guarded", "sealed"};

template <typename Enum>
std::optional<Enum> parse(const std::array<std::string_view, 3>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return {};
  return static_cast<Enum>(found - names.begin());
}

/// What reads only the machine's well-being is for everyone; what gives a shell or the network is
/// for those alone whom not even the hub can pretend to be.
ChannelKind default_channel(std::string_view capability) {
  if (capability == "agent" || capability == "telemetry") return ChannelKind::open;
  if (capability == "shell" || capability == "terminal" || capability == "tunnel")
    return ChannelKind::sealed;
  return ChannelKind::guarded;
}

/// The cure for a channel that is not good enough. A password makes a channel guarded, and sealed
/// too.
std::string explain_channel(std::string_view capability, ChannelKind wanted, ChannelKind current) {
  return fmt::format(
      "{0} wants a {1} channel and this one is {2}: {3}, or set channel = \"{2}\" in [policy.{0}] "
      "of the device's agent.toml",
      capability, to_text(wanted), to_text(current),
      current == ChannelKind::open ? "give the channel a password" : "do without sealed = false");
}

std::string explain_level(std::string_view capability, Level level) {
  return fmt::format("the device's agent.toml has level = \"{}\" in [policy.{}]", to_text(level),
                     capability);
}

}  // namespace

std::string_view to_text(Level level) { return level_names.at(static_cast<std::size_t>(level)); }

std::string_view to_text(ChannelKind kind) {
  return channel_names.at(static_cast<std::size_t>(kind));
}

std::optional<Level> parse_level(std::string_view text) { return parse<Level>(level_names, text); }

std::optional<ChannelKind> parse_channel_kind(std::string_view text) {
  return parse<ChannelKind>(channel_names, text);
}

void Policy::set(std::string_view capability, Rule rule) {
  rules_.insert_or_assign(std::string(capability), rule);
}

Rule Policy::rule_of(std::string_view capability) const {
  const auto found = rules_.find(capability);
  return found == rules_.end() ? Rule{Level::control, default_channel(capability)} : found->second;
}

Grant Policy::grant(std::string_view capability, ChannelKind current, Access access) const {
  const Rule rule = rule_of(capability);
  if (rule.level == Level::deny) return {Level::deny, explain_level(capability, rule.level)};
  if (current < rule.channel)
    return {Level::deny, explain_channel(capability, rule.channel, current)};
  if (rule.level != Level::control) return {rule.level, explain_level(capability, rule.level)};
  if (access == Access::view) return {Level::view, "a view link lets watch, and not command"};
  return {Level::control, {}};
}

}  // namespace malinka::agent::dispatch
