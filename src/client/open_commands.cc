// SPDX-License-Identifier: MIT
#include "client/open_commands.h"

namespace malinka::client {

bool OpenCommands::add(Message& command, Way way) {
  if (by_arrival_.size() >= open_commands_max) return false;
  command.arrival = ++arrivals_;
  by_arrival_.emplace(command.arrival, Open{command.originator, way});
  return true;
}

std::optional<OpenCommands::Way> OpenCommands::find(const Message& command) const {
  const auto open = by_arrival_.find(command.arrival);
  return open == by_arrival_.end() ? std::nullopt : std::optional<Way>(open->second.way);
}

std::optional<OpenCommands::Way> OpenCommands::take(const Message& command) {
  const auto way = find(command);
  by_arrival_.erase(command.arrival);
  return way;
}

void OpenCommands::drop_of(std::string_view sender) {
  std::erase_if(by_arrival_, [&](const auto& open) { return open.second.sender == sender; });
}

}  // namespace malinka::client
