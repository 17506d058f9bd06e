// SPDX-License-Identifier: MIT
// 3,000 subscribers in one channel of a hub of four shards: its members are on all of them.
#include <doctest/doctest.h>
#include <sys/resource.h>

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

void raise_descriptor_limit() {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE_MESSAGE(limit.rlim_cur > subscriber_count + 100, "too few open files are allowed");
}

std::string make_message(const std::string& type, std::size_t id, const std::string& recipient) {
  std::string text = R"({"messageType":")" + type + R"(","id":)" + std::to_string(id);
  if (!recipient.empty()) text += R"(,"recipients":[")" + recipient + "\"]";
  return text + R"(,"name":"load","value":")" + std::string(100, 'x') + "\"}";
}

}  // namespace

TEST_CASE("3,000 subscribers in one channel: each copy is delivered or reported, once") {
  raise_descriptor_limit();
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
      from.send(make_message("Broadcast", account.open(others), ""));
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
