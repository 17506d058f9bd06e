// SPDX-License-Identifier: MIT
// Commands that came in and have no answer yet: what makes an answer go out exactly once, and only
// over the link that the command came by.

#pragma once

#include <map>
#include <optional>
#include <string>

#include "client/sealed_traffic.h"
#include "malinka/message.h"

namespace malinka::client {

/// More are refused with 429.
inline constexpr std::size_t open_commands_max = 10'000;

/// **Loop-bound.**
class OpenCommands {
 public:
  /// The way that a command came, and its answer goes: a sealed session, or plainly.
  using Way = std::optional<SealedOrigin>;

  /// False where too many wait already.
  [[nodiscard]] bool add(const Message& command, Way way = std::nullopt);
  /// The way of the command where it was waiting for its answer, which it is no more.
  [[nodiscard]] std::optional<Way> take(const Message& command);
  void clear();

 private:
  // A sender may use an id twice, or none at all; each command gets its answer nevertheless.
  std::multimap<std::pair<std::string, std::string>, Way> ways_by_sender_and_id_;
};

}  // namespace malinka::client
