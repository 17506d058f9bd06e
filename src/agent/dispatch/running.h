// SPDX-License-Identifier: MIT
// The commands that are being carried out, and the promise that each of them is answered exactly
// once.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>

#include "agent/dispatch/dispatcher.h"

namespace malinka::agent::dispatch {

/// **Loop-bound.** At most limits::commands_max, which came with at most
/// limits::commands_bytes_max.
class Dispatcher::Running {
 public:
  explicit Running(Bus& bus) : bus_(bus) {}

  [[nodiscard]] bool has_room_for(const Message& message) const;
  /// Gives what answers `message`, the first time that it is called; dropped uncalled, it answers
  /// 500. It does nothing once the command has been answered otherwise, or `running` is gone.
  [[nodiscard]] static Answerer begin(const std::shared_ptr<Running>& running, Message message,
                                      Steady deadline);
  void end_overdue(Steady now);
  void end_all(ResponseCode code, const std::string& why);

 private:
  class Promise;
  struct Entry {
    Message message;  ///< Without its value and blob: only what a response needs.
    Steady deadline;
    std::size_t bytes;  ///< Of the value and blob that it came with.
  };

  void finish(std::uint64_t number, Reply reply);

  Bus& bus_;  // The dispatcher's, which outlives it.
  std::map<std::uint64_t, Entry> entries_;
  std::size_t bytes_ = 0;  // Of all entries.
  std::uint64_t next_number_ = 0;
};

/// A reply as it travels; 413 in place of one that is too large for the bus.
[[nodiscard]] Response to_response(Reply reply);

}  // namespace malinka::agent::dispatch
