// SPDX-License-Identifier: MIT
// 3,000 subscribers in one channel of a hub of four shards: its members are on all of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "hub_program.h"
#include "swarm.h"

namespace malinka::test {
namespace {

constexpr std::size_t subscriber_count = 3'000;
constexpr std::size_t sender_step = 100;  // Every hundredth says something.
constexpr std::size_t messages_each = 5;

}  // namespace

TEST_CASE("3,000 subscribers in one channel: each copy is delivered or reported, once") {
  raise_descriptor_limit(subscriber_count);
  REQUIRE(::setenv("MALINKA_SHARDS", "4", 1) == 0);
  HubProgram hub;
  Swarm swarm(hub.port(), subscriber_count, 1);
  swarm.join_all();
  Account& account = swarm.account();
  constexpr std::size_t others = subscriber_count - 1;
  std::size_t senders = 0;

  for (std::size_t index = 0; index < subscriber_count; index += sender_step, ++senders) {
    Subscriber& from = swarm.member(0, index);
    const std::string& opposite = swarm.member(0, others - index).name();
    for (std::size_t i = 0; i < messages_each; ++i) {
      from.send(make_message("Broadcast", account.open(others)));
      from.send(make_message("Command", account.open(1), opposite));
      from.send(make_message("Command", account.open(1), "absent"));
    }
  }
  REQUIRE(swarm.run_until([&] { return account.open_copies() == 0; }));
  CHECK(account.delivered() == senders * messages_each * (others + 1));
  CHECK(account.reported() == senders * messages_each);
  CHECK(account.surplus() == 0);

  for (const auto& subscriber : swarm.subscribers()) subscriber->leave();
  CHECK(swarm.run_until([&] {
    return std::ranges::all_of(swarm.subscribers(), [](const auto& one) { return one->is_gone(); });
  }));
  CHECK(hub.terminate() == 0);
}

}  // namespace malinka::test
