// SPDX-License-Identifier: MIT
// The sessions of a shard, in no order: there may be a million, so each takes one pointer here.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "hub/session/session.h"

namespace malinka::hub {

/// **Loop-bound.** Owns them.
class SessionList {
 public:
  Session& add(std::unique_ptr<Session> session);
  [[nodiscard]] std::unique_ptr<Session> take_out(Session& session);

  /// Good until the next is added or taken out.
  [[nodiscard]] std::span<const std::unique_ptr<Session>> all() const { return sessions_; }

 private:
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace malinka::hub
