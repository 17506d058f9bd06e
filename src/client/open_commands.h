// SPDX-License-Identifier: MIT
// Commands that came in and have no answer yet: what makes an answer go out exactly once, and only
// over the link that the command came by.

#pragma once

#include <map>
#include <string>

#include "malinka/message.h"

namespace malinka::client {

/// More are refused with 429.
inline constexpr std::size_t open_commands_max = 10'000;

/// **Loop-bound.**
class OpenCommands {
 public:
  /// False where too many wait already.
  [[nodiscard]] bool add(const Message& command);
  /// True where the command was waiting for its answer, which it is no more.
  [[nodiscard]] bool take(const Message& command);
  void clear();

 private:
  // A sender may use an id twice, or none at all; each command gets its answer nevertheless.
  std::map<std::pair<std::string, std::string>, std::size_t> count_by_sender_and_id_;
  std::size_t count_ = 0;
};

}  // namespace malinka::client
