// SPDX-License-Identifier: MIT
// A random load on a real hub for some seconds, or for as long as MALINKA_LOAD_SECONDS says. It
// prints its seed; MALINKA_LOAD_SEED takes one.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "hub_program.h"
#include "random_load.h"

namespace malinka::test {
namespace {

constexpr std::chrono::seconds heartbeat(4);

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Who has just gone still counts for a moment: the connection that asked before, too.
bool comes_to(const HubProgram& hub, const std::string& gauge, std::uint64_t value) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (hub.metric(gauge) != value)
    if (std::chrono::steady_clock::now() > end) return false;
  return true;
}

}  // namespace

TEST_CASE("of a random load every message is delivered, reported, or told as dropped") {
  const std::uint64_t seed = number_from("MALINKA_LOAD_SEED", std::random_device()());
  const std::chrono::seconds time(number_from("MALINKA_LOAD_SECONDS", 6));
  std::printf("random load: MALINKA_LOAD_SEED=%llu for %lld s\n",
              static_cast<unsigned long long>(seed), static_cast<long long>(time.count()));
  std::fflush(stdout);

  // Queues that are soon full, more shards than machines may have cores, and channels of which some
  // members are on other shards than the others.
  HubProgram hub({"MALINKA_QUEUE_BYTES=262144", "MALINKA_WRONG_KEYS_MAX=1000000",
                  "MALINKA_HEARTBEAT_SECONDS=" + std::to_string(heartbeat.count()),
                  "MALINKA_SHARDS=4", "MALINKA_WIDE_CHANNEL_MEMBERS=5"});
  RandomLoad load({.hub_port = hub.port(), .seed = seed, .heartbeat = heartbeat});
  load.run(time);
  const bool is_at_rest = load.come_to_rest();
  std::printf("random load: %s\n", load.summary().c_str());
  for (const std::string& fault : load.faults()) FAIL_CHECK(fault);
  REQUIRE(load.faults().empty());  // It ended with the first: what is still missing says nothing.
  for (const std::string& restless : load.find_restless()) FAIL_CHECK("not at rest: " << restless);
  for (const std::string& missing : load.ledger().find_missing())
    FAIL_CHECK("missing: " << missing);
  for (const std::string& wrong : load.ledger().find_contradictions()) FAIL_CHECK(wrong);
  REQUIRE(is_at_rest);
  CHECK(load.leave_all());
  CHECK(load.faults().empty());

  for (const char* const gauge : {"sessions", "channels", "queued_bytes", "incoming_bytes"}) {
    CAPTURE(gauge);
    CHECK(comes_to(hub, gauge, 0));
  }
  CHECK(comes_to(hub, "connections", 1));  // The one that asks.
  CHECK(hub.terminate() == 0);
}

}  // namespace malinka::test
