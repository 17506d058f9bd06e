// SPDX-License-Identifier: MIT
#include "client/open_commands.h"

namespace malinka::client {

bool OpenCommands::add(const Message& command, Way way) {
  if (ways_by_sender_and_id_.size() >= open_commands_max) return false;
  ways_by_sender_and_id_.emplace(std::pair(command.originator, command.id), way);
  return true;
}

std::optional<OpenCommands::Way> OpenCommands::take(const Message& command) {
  const auto open = ways_by_sender_and_id_.find({command.originator, command.id});
  if (open == ways_by_sender_and_id_.end()) return std::nullopt;
  const Way way = open->second;
  ways_by_sender_and_id_.erase(open);
  return way;
}

void OpenCommands::clear() { ways_by_sender_and_id_.clear(); }

}  // namespace malinka::client
