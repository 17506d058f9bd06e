// SPDX-License-Identifier: MIT
// All shards of a hub, each with a loop of its own. Who turns the loops, and on which threads, is
// for the owner to say: a server has a thread for each, a test turns them one after the other.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "hub/commons.h"
#include "hub/config.h"
#include "hub/shard.h"
#include "net/loop.h"
#include "net/send_method.h"

namespace malinka::hub {

/// Made and destroyed on one thread while no loop runs. Each shard belongs to the thread of its
/// loop; the first is the one that is asked to accept connections.
class ShardGroup {
 public:
  /// As many as `config` says. Errors: those of the loops.
  [[nodiscard]] static Result<std::unique_ptr<ShardGroup>> create(
      const Config& config, const WebSite& site,
      const net::SendMethod& sending = net::SendMethod::plain(),
      const Clock& clock = system_clock());

  [[nodiscard]] std::size_t size() const { return shards_.size(); }
  [[nodiscard]] net::Loop& loop(std::size_t index) { return *loops_[index]; }
  [[nodiscard]] Shard& shard(std::size_t index) { return *shards_[index]; }
  [[nodiscard]] const Commons& commons() const { return commons_; }

  /// Any thread may ask. Each shard stops on its own thread; `on_stopped` is called on one of them,
  /// and perhaps on several, once all connections are gone, or after limits::close_seconds.
  void stop(const std::function<void()>& on_stopped);

 private:
  explicit ShardGroup(std::size_t count) : commons_(count) {}

  Commons commons_;
  std::vector<std::unique_ptr<net::Loop>> loops_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace malinka::hub
