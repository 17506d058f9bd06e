// SPDX-License-Identifier: MIT
// The list of what a device can do, as agent.describe shows it. Dispatch implements it, because it
// alone knows the contract of each command and what the policy grants.

#pragma once

#include "base/json_fwd.h"
#include "malinka/message.h"

namespace malinka::agent {

/// **Loop-bound.**
class Catalogue {
 public:
  /// The array `capabilities` of spec/commands.json's agent.describe, as things stand in the
  /// current channel, for who may do what `access` says.
  [[nodiscard]] virtual Json describe_capabilities(Access access) const = 0;

 protected:
  ~Catalogue() = default;
};

}  // namespace malinka::agent
