// SPDX-License-Identifier: MIT
#include "agent/config_tables.h"

#include <fmt/format.h>

#include <optional>

#include "agent/config_gpio.h"
#include "agent/config_values.h"
#include "agent/dispatch/contract.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent {
namespace {

Result<dispatch::Rule> read_rule(const Json& table, dispatch::Rule rule) {
  if (const std::optional<std::string> text = TRY(read_text(table, "level"))) {
    const std::optional<dispatch::Level> level = dispatch::parse_level(*text);
    if (!level)
      return refuse_setting(fmt::format("level \"{}\" must be deny, view or control", *text));
    rule.level = *level;
  }
  if (const std::optional<std::string> text = TRY(read_text(table, "channel"))) {
    const std::optional<dispatch::ChannelKind> kind = dispatch::parse_channel_kind(*text);
    if (!kind)
      return refuse_setting(fmt::format("channel \"{}\" must be open, guarded or sealed", *text));
    rule.channel = *kind;
  }
  return rule;
}

Result<void> read_policy(const Json& file, dispatch::Policy& policy) {
  constexpr std::string_view keys[] = {"level", "channel"};
  const Json* const all = find_member(file, "policy");
  if (all == nullptr) return {};
  if (!all->is_object()) return refuse_setting("policy must be tables: [policy.files]");
  for (const auto& [name, rule] : all->items()) {
    if (dispatch::Contract::built_in().commands_of(name).empty())
      return refuse_setting(fmt::format("[policy.{}]: there is no capability of that name", name));
    const Json table = TRY(read_table(*all, name, keys));
    policy.set(name, TRY(read_rule(table, policy.rule_of(name))));
  }
  return {};
}

Result<void> read_files(const Json& file, Config& config) {
  constexpr std::string_view keys[] = {"roots"};
  const Json table = TRY(read_table(file, "files", keys));
  const Json* const roots = find_member(table, "roots");
  if (roots == nullptr) return {};
  if (!roots->is_array() || roots->empty())
    return refuse_setting("roots in [files] must be a list of folders, as [\"/home/pi\"]");
  for (const Json& root : *roots) {
    const auto* const path = root.get_ptr<const std::string*>();
    if (path == nullptr || !path->starts_with('/'))
      return refuse_setting(
          fmt::format("{} in roots of [files] must be an absolute path", root.dump()));
    config.file_roots.push_back(*path);
  }
  return {};
}

Result<void> read_shell(const Json& file, Config& config) {
  constexpr std::string_view keys[] = {"user"};
  const Json table = TRY(read_table(file, "shell", keys));
  config.shell_user = TRY(read_text(table, "user")).value_or("");
  return {};
}

Result<void> read_telemetry(const Json& file, Config& config) {
  constexpr std::string_view keys[] = {"interval_seconds"};
  const Json table = TRY(read_table(file, "telemetry", keys));
  const Json* const seconds = find_member(table, "interval_seconds");
  if (seconds == nullptr) return {};
  constexpr auto seconds_max = static_cast<std::int64_t>(limits::telemetry_interval_seconds_max);
  const auto* const number = seconds->get_ptr<const std::int64_t*>();
  if (number == nullptr || *number < 1 || *number > seconds_max)
    return refuse_setting(fmt::format(
        "interval_seconds in [telemetry] must be a whole number from 1 to {}", seconds_max));
  config.telemetry_interval = std::chrono::seconds(*number);
  return {};
}

/// What a TV can show of a name.
bool is_osd_name(std::string_view name) {
  constexpr std::size_t osd_name_bytes_max = 14;
  return !name.empty() && name.size() <= osd_name_bytes_max &&
         std::ranges::all_of(name, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

Result<void> read_tv(const Json& file, Config& config) {
  constexpr std::string_view keys[] = {"device", "name"};
  const Json table = TRY(read_table(file, "tv", keys));
  config.tv_device = TRY(read_text(table, "device"));
  config.tv_name = TRY(read_text(table, "name"));
  if (config.tv_device && !config.tv_device->starts_with("/dev/cec"))
    return refuse_setting(fmt::format(
        "device \"{}\" in [tv] must be a CEC device, as \"/dev/cec0\"", *config.tv_device));
  if (config.tv_name && !is_osd_name(*config.tv_name))
    return refuse_setting(
        fmt::format("name \"{}\" in [tv] must be 1 to 14 letters of ASCII", *config.tv_name));
  return {};
}

}  // namespace

Result<void> read_tables(const Json& file, Config& config) {
  TRY_VOID(read_policy(file, config.policy));
  TRY_VOID(read_files(file, config));
  TRY_VOID(read_shell(file, config));
  TRY_VOID(read_telemetry(file, config));
  config.gpio_lines = TRY(read_gpio(file));
  return read_tv(file, config);
}

}  // namespace malinka::agent
