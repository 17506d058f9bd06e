// SPDX-License-Identifier: MIT
// Commands that came in and have no answer yet: what makes an answer go out exactly once, and only
// the way that its command came.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "client/sealed_handler.h"
#include "malinka/message.h"

namespace malinka::client {

/// More are refused with 429.
inline constexpr std::size_t open_commands_max = 10'000;

/// **Loop-bound.**
class OpenCommands {
 public:
  /// A sealed session, or plainly, over the link that it came by.
  using Way = std::optional<SealedOrigin>;

  /// Numbers the command by its `arrival`: its sender and id are not enough, since somebody may use
  /// both again, in another session. False where too many wait already.
  [[nodiscard]] bool add(Message& command, Way way = std::nullopt);
  /// The way of the command where it was waiting for its answer, which it is no more.
  [[nodiscard]] std::optional<Way> take(const Message& command);
  /// The same, and it goes on waiting.
  [[nodiscard]] std::optional<Way> find(const Message& command) const;
  /// Who has left waits for no answer: the name may be another's by the time there is one.
  void drop_of(std::string_view sender);
  void clear() { by_arrival_.clear(); }

 private:
  struct Open {
    std::string sender;
    Way way;
  };

  std::uint64_t arrivals_ = 0;
  std::map<std::uint64_t, Open> by_arrival_;
};

}  // namespace malinka::client
