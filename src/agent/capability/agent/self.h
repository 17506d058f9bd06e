// SPDX-License-Identifier: MIT
// The capability `agent`: what this device is and can do. (Its namespace is `self`: agent::agent
// would hide agent.)

#pragma once

#include <memory>
#include <string>

#include "agent/capability/capability.h"
#include "agent/capability/catalogue.h"
#include "base/clock.h"

namespace malinka::agent::self {

struct SelfSettings {
  std::string device;  ///< The name that it joins by.
  bool is_simulated = false;
  std::string fingerprint{};  ///< Of its identity; empty where the channel is not sealed.
};

/// **Loop-bound.**
class Self final : public Capability {
 public:
  /// `catalogue` and `clock` must outlive it.
  Self(SelfSettings settings, const Catalogue& catalogue, const Clock& clock);

  [[nodiscard]] std::string_view name() const override { return "agent"; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  [[nodiscard]] Reply describe_device(Access access) const;
  [[nodiscard]] Reply ping() const;

  const SelfSettings settings_;
  const Catalogue& catalogue_;
  const Clock& clock_;
  const std::shared_ptr<const Json> system_;
};

}  // namespace malinka::agent::self
