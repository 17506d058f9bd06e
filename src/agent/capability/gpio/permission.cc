// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/permission.h"

#include <fmt/format.h>

namespace malinka::agent::gpio {
namespace {

constexpr unsigned first_gpio = 2;  // Before it: the EEPROM of a HAT.
constexpr unsigned last_gpio = 27;  // Beyond it: the Pi's own lamps, SD card, wireless.

/// Why a line that agent.toml gives no access to has none; empty where it may be written.
std::string objection(const LineFacts& facts) {
  if (!facts.pin_gpio) return "what this line does is not known of this board";
  if (*facts.pin_gpio < first_gpio) return "it is for the EEPROM of a HAT";
  if (*facts.pin_gpio > last_gpio) return "it is not on the header: the board uses it itself";
  return facts.use.empty() ? "" : facts.use + " uses its pin";
}

std::string cure(const LineFacts& facts) {
  if (facts.settings != nullptr)
    return fmt::format("access = \"read\" or \"write\" in [gpio.lines.{}]", facts.settings->name);
  const std::string chip = facts.chip.empty() ? "" : fmt::format(", chip = \"{}\"", facts.chip);
  return fmt::format(
      "a table [gpio.lines.NAME] with line = {}{} and access = \"read\" or \"write\"", facts.offset,
      chip);
}

Permission by_default(const LineFacts& facts) {
  const std::string why_not = objection(facts);
  if (why_not.empty()) return {LineAccess::write, {}};
  return {LineAccess::none,
          fmt::format("{}; to use it all the same, the device's agent.toml needs {}", why_not,
                      cure(facts))};
}

Permission explicitly(const LineSettings& settings, LineAccess access) {
  if (access == LineAccess::write) return {access, {}};
  return {access, fmt::format("the device's agent.toml has access = \"{}\" in [gpio.lines.{}]",
                              access == LineAccess::read ? "read" : "none", settings.name)};
}

}  // namespace

Permission permission_of(const LineFacts& facts) {
  if (facts.settings == nullptr) return by_default(facts);
  const LineSettings& settings = *facts.settings;
  if (settings.access) return explicitly(settings, *settings.access);
  if (settings.safe) return {LineAccess::write, {}};
  if (settings.is_input())
    return {LineAccess::read,
            fmt::format("the device's agent.toml has it as an input, with pull or watch in "
                        "[gpio.lines.{}]",
                        settings.name)};
  return by_default(facts);
}

}  // namespace malinka::agent::gpio
