// SPDX-License-Identifier: MIT
#include "client/open_commands.h"

namespace malinka::client {

bool OpenCommands::add(const Message& command) {
  if (count_ >= open_commands_max) return false;
  ++count_by_sender_and_id_[{command.originator, command.id}];
  ++count_;
  return true;
}

bool OpenCommands::take(const Message& command) {
  const auto open = count_by_sender_and_id_.find({command.originator, command.id});
  if (open == count_by_sender_and_id_.end()) return false;
  if (--open->second == 0) count_by_sender_and_id_.erase(open);
  --count_;
  return true;
}

void OpenCommands::clear() {
  count_by_sender_and_id_.clear();
  count_ = 0;
}

}  // namespace malinka::client
