// SPDX-License-Identifier: MIT
// The streams that this device has accepted: each with the task that a capability put at its end.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/capability/stream_task.h"
#include "client/subscriber.h"
#include "net/loop.h"

namespace malinka::agent {

/// **Loop-bound.**
class OpenStreams {
 public:
  explicit OpenStreams(net::Loop& loop);
  ~OpenStreams();
  OpenStreams(const OpenStreams&) = delete;
  OpenStreams& operator=(const OpenStreams&) = delete;

  /// Answers `command` with `answer` and lets `task` begin; where no stream can be had, it has been
  /// answered so.
  void accept(client::Subscriber& subscriber, const Message& command, Answer answer,
              std::unique_ptr<StreamTask> task);
  /// Gives all streams up, and tells the other ends why.
  void give_up(const StreamFailure& why);
  /// Destroys all tasks, which gives their streams up.
  void clear();

 private:
  class Held;

  net::Loop& loop_;
  std::uint64_t next_number_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Held>> streams_;
};

}  // namespace malinka::agent
