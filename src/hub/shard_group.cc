// SPDX-License-Identifier: MIT
#include "hub/shard_group.h"

#include "base/try.h"

namespace malinka::hub {

Result<std::unique_ptr<ShardGroup>> ShardGroup::create(const Config& config, const WebSite& site,
                                                       const net::SendMethod& sending,
                                                       const Clock& clock) {
  std::unique_ptr<ShardGroup> group(new ShardGroup(config.shards));
  for (std::size_t i = 0; i < config.shards; ++i) {
    group->loops_.push_back(TRY(net::Loop::create(clock)));
    group->shards_.push_back(std::make_unique<Shard>(*group->loops_.back(), config, site,
                                                     group->commons_, sending.make_ring()));
  }
  return group;
}

void ShardGroup::stop(const std::function<void()>& on_stopped) {
  for (std::size_t i = 0; i < size(); ++i)
    loop(i).post([&shard = shard(i), on_stopped] { shard.stop(on_stopped); });
}

}  // namespace malinka::hub
