// SPDX-License-Identifier: MIT
// Tells when the machine's links or addresses change (rtnetlink), so that a client can try again at
// once.

#pragma once

#include <memory>

#include "net/loop.h"

namespace malinka::net {

/// **Loop-bound.** Calls back once for each burst of changes, when it has settled.
class NetworkWatch {
 public:
  /// Errors: those of socket(2) and bind(2), where netlink is not allowed.
  [[nodiscard]] static Result<std::unique_ptr<NetworkWatch>> open(Loop& loop, Task on_change);
  virtual ~NetworkWatch() = default;
};

}  // namespace malinka::net
