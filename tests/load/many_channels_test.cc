// SPDX-License-Identifier: MIT
// 10,000 subscribers in 1,000 channels of one hub, over sockets: what was sent is what was
// delivered and what was reported, to the last copy.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "hub_program.h"
#include "swarm.h"

namespace malinka::test {
namespace {

constexpr std::size_t subscriber_count = 10'000;
constexpr std::size_t channel_count = 1'000;

}  // namespace

TEST_CASE("10,000 subscribers in 1,000 channels: each copy is delivered or reported, once") {
  raise_descriptor_limit(subscriber_count);
  HubProgram hub;
  Swarm swarm(hub.port(), subscriber_count, channel_count);
  swarm.join_all();
  Account& account = swarm.account();
  const std::size_t others = swarm.members_per_channel() - 1;

  SUBCASE("everyone tells all, asks all, asks one, and asks one that is not there") {
    for (std::size_t channel = 0; channel < channel_count; ++channel) {
      for (std::size_t index = 0; index <= others; ++index) {
        Subscriber& from = swarm.member(channel, index);
        const std::string& next = swarm.member(channel, (index + 1) % (others + 1)).name();
        from.send(make_message("Broadcast", account.open(others)));
        from.send(make_message("Command", account.open(others), "*"));
        from.send(make_message("Command", account.open(1), next));
        from.send(make_message("Command", account.open(1), "absent"));
      }
    }
    const auto has_all_answers = [](const auto& from) { return from->accepted_count() == 1; };
    REQUIRE(swarm.run_until([&] {
      return account.open_copies() == 0 &&
             std::ranges::all_of(swarm.subscribers(), has_all_answers);
    }));
    CHECK(account.delivered() == subscriber_count * (2 * others + 1));
    CHECK(account.reported() == subscriber_count);
  }

  SUBCASE("one in each of ten channels does not read: what it cannot get is reported") {
    constexpr std::size_t slow_channels = 10;
    constexpr std::size_t messages_each = 30;
    for (std::size_t channel = 0; channel < slow_channels; ++channel) {
      Subscriber& slow = swarm.member(channel, 0);
      slow.stop_reading();
      for (std::size_t index = 1; index <= others; ++index)
        for (std::size_t i = 0; i < messages_each; ++i)
          swarm.member(channel, index)
              .send(make_message("Command", account.open(1), slow.name(), 64UL * 1024));
    }
    // Those who read are served meanwhile.
    for (std::size_t channel = slow_channels; channel < channel_count; ++channel)
      swarm.member(channel, 0).send(make_message("Broadcast", account.open(others)));
    const std::size_t quick_copies = (channel_count - slow_channels) * others;
    REQUIRE(swarm.run_until(
        [&] { return account.delivered() >= quick_copies && account.reported() > slow_channels; }));

    for (std::size_t channel = 0; channel < slow_channels; ++channel)
      swarm.member(channel, 0).start_reading();
    REQUIRE(swarm.run_until([&] { return account.open_copies() == 0; }));
    CHECK(account.delivered() + account.reported() ==
          quick_copies + slow_channels * others * messages_each);
    CHECK(account.delivered() > quick_copies);
  }

  CHECK(account.surplus() == 0);
  CHECK(std::ranges::none_of(swarm.subscribers(), [](const auto& one) { return one->is_gone(); }));

  for (const auto& subscriber : swarm.subscribers()) subscriber->leave();
  CHECK(swarm.run_until([&] {
    return std::ranges::all_of(swarm.subscribers(), [](const auto& one) { return one->is_gone(); });
  }));
  CHECK(hub.terminate() == 0);
}

}  // namespace malinka::test
