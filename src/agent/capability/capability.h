// SPDX-License-Identifier: MIT
// What every capability of a device is: named commands, each answered exactly once, and events.
// Capabilities know their drivers and nothing of the bus; dispatch knows the bus and nothing of
// what they do.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/capability/stream_task.h"
#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/response_code.h"
#include "malinka/message.h"

namespace malinka::agent {

/// A command whose policy and schema dispatch has checked already.
struct Command {
  std::string name;                   ///< As `files.list`.
  std::string originator;             ///< Who asks, as the hub stamped it.
  std::shared_ptr<const Json> value;  ///< An object that fits the command's schema; never null.
  std::optional<Blob> blob;
  Access access = Access::control;  ///< What who asks may do at most.
  bool asks_stream = false;         ///< A reply with a stream is welcome.
  /// Answered with 408 then, whoever is still at it: what waits that long is not to be begun.
  Steady deadline = Steady::max();
};

/// The one answer to a command.
struct Reply {
  ResponseCode code = ResponseCode::done;
  std::string error;                  ///< What a person can do about it; empty on success.
  std::shared_ptr<const Json> value;  ///< Null for none.
  std::optional<Blob> blob;
  /// Accepts the stream that the command asks for. Null for none.
  std::unique_ptr<StreamTask> stream{};
};

/// Gives the reply; called exactly once, on the loop's thread, now or later. Dropping it uncalled
/// answers 500.
using Answerer = std::move_only_function<void(Reply)>;

/// Tells everyone in the channel. On the loop's thread.
using EventSink =
    std::function<void(std::string_view name, const Json& value, std::optional<Blob> blob)>;

/// **Loop-bound.** Owned by the agent; nothing is called after it is destroyed.
class Capability {
 public:
  virtual ~Capability() = default;

  /// As `files`: the first half of its commands' names, and its folder.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual bool is_simulated() const = 0;
  /// What `agent.describe` adds for this capability (`roots`, `user`, `problems`): an object.
  [[nodiscard]] virtual Json describe() const = 0;
  /// Carries `command` out. It must not block: what may block goes to a worker.
  virtual void run(const Command& command, Answerer answer) = 0;
};

}  // namespace malinka::agent
