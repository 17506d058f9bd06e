// SPDX-License-Identifier: MIT
#include "hub/spread.h"

#include <doctest/doctest.h>

#include <deque>
#include <string>

namespace malinka::hub {
namespace {

constexpr std::size_t home = 2;

struct Someone final : Member {
  using Member::Member;
  bool queue(const ParcelRef&) noexcept override { return true; }
  bool send_burst(const Burst&) noexcept override { return false; }
};

struct SpreadTest {
  Spread spread{4, home};
  Channel channel{"home", ChannelKey()};
  std::deque<Someone> members;

  void add(std::size_t shard) {
    const MemberId id = members.size() + 1;
    members.emplace_back(Profile{.id = id, .name = std::to_string(id)});
    channel.add(members.back());
    if (shard != home) spread.add(channel, shard);
  }
};

}  // namespace

TEST_CASE_FIXTURE(SpreadTest, "the first member is at home, the next ones on the other shards") {
  for (const std::size_t place : {2, 3, 0, 1, 2, 3, 0, 1, 2}) {
    CHECK(spread.next_place(channel) == place);
    add(place);
  }
}

TEST_CASE_FIXTURE(SpreadTest, "a channel that becomes wide has the others catch up with home") {
  for (int i = 0; i < 3; ++i) add(home);
  for (const std::size_t place : {3, 0, 1, 3, 0, 1, 3, 0, 1, 2}) {
    CHECK(spread.next_place(channel) == place);
    add(place);
  }
}

TEST_CASE_FIXTURE(SpreadTest, "who leaves makes room where it was") {
  for (const std::size_t place : {2, 3, 0, 1}) add(place);
  spread.remove(channel, 0);
  channel.remove(members[2]);
  CHECK(spread.next_place(channel) == 0);
}

}  // namespace malinka::hub
