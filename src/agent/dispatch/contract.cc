// SPDX-License-Identifier: MIT
#include "agent/dispatch/contract.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"
#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::dispatch {

/// spec/commands.json; made by CMake (commands.cc.in).
extern const std::string_view commands_document;

namespace {

/// More than this many letters apart, a name is not a slip of the finger.
constexpr std::size_t suggestion_distance_max = 3;
constexpr std::size_t suggestion_bytes_max = 64;

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

CommandContract read_command(const std::string& name, const Json& entry) {
  const std::optional<Level> level = parse_level(entry.at("level").get<std::string>());
  ASSERT(level);
  return {name,
          entry.at("summary").get<std::string>(),
          *level,
          entry.value("blob", "") == "command",
          entry.value("stream", false),
          std::chrono::seconds(entry.value("answersWithinSeconds", limits::command_seconds)),
          std::make_shared<const Json>(entry.at("parameters"))};
}

}  // namespace

const Contract& Contract::built_in() {
  static const Contract contract = [] {
    const Result<Json> document = parse_json(commands_document);
    ASSERT(document);
    return Contract(*document);
  }();
  return contract;
}

Contract::Contract(const Json& document) {
  for (const auto& [name, entry] : document.at("commands").items())
    commands_.emplace(name, read_command(name, entry));
  for (const auto& [name, entry] : document.at("events").items())
    events_.emplace(name, entry.at("level") == "view" ? Access::view : Access::control);
}

const CommandContract* Contract::find(std::string_view command) const {
  const auto found = commands_.find(command);
  return found == commands_.end() ? nullptr : &found->second;
}

std::vector<const CommandContract*> Contract::commands_of(std::string_view capability) const {
  std::vector<const CommandContract*> commands;
  for (const auto& [name, command] : commands_)
    if (capability_of(name) == capability) commands.push_back(&command);
  return commands;
}

std::vector<std::string> Contract::events_of(std::string_view capability) const {
  std::vector<std::string> events;
  for (const auto& [name, access] : events_)
    if (capability_of(name) == capability) events.push_back(name);
  return events;
}

Access Contract::who_sees(std::string_view event) const {
  const auto found = events_.find(event);
  return found == events_.end() ? Access::control : found->second;
}

std::optional<std::string> Contract::suggest(std::string_view command) const {
  if (command.size() > suggestion_bytes_max) return {};
  std::optional<std::string> nearest;
  std::size_t distance_min = suggestion_distance_max + 1;
  for (const auto& [name, contract] : commands_) {
    const std::size_t distance = edit_distance(command, name);
    if (distance >= distance_min) continue;
    distance_min = distance;
    nearest = name;
  }
  return nearest;
}

std::string_view capability_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

}  // namespace malinka::agent::dispatch
