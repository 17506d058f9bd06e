// SPDX-License-Identifier: MIT
#include "client/open_commands.h"

namespace malinka::client {

bool OpenCommands::add(Message& command, Way way) {
  if (ways_by_arrival_.size() >= open_commands_max) return false;
  command.arrival = ++arrivals_;
  ways_by_arrival_.emplace(command.arrival, way);
  return true;
}

std::optional<OpenCommands::Way> OpenCommands::find(const Message& command) const {
  const auto open = ways_by_arrival_.find(command.arrival);
  return open == ways_by_arrival_.end() ? std::nullopt : std::optional<Way>(open->second);
}

std::optional<OpenCommands::Way> OpenCommands::take(const Message& command) {
  const auto way = find(command);
  ways_by_arrival_.erase(command.arrival);
  return way;
}

}  // namespace malinka::client
