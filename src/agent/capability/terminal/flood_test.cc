// SPDX-License-Identifier: MIT
// Programs that show more than somebody takes: nothing grows, nobody is held up by another.
#include <string>

#include "agent/capability/terminal/test_support.h"
#include "base/limits.h"

namespace malinka::agent::terminal {

using test::Bench;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kib = 1024;

void run_turns(const Bench& bench, int count) {
  for (int i = 0; i < count; ++i) bench.turn();
}

}  // namespace

TEST_CASE("while the only one there has no room, the program waits") {
  Bench bench;
  const auto phone = bench.open();
  phone->room = 100 * kib;
  phone->type("yes\n");
  while (phone->has_room()) bench.turn();
  const std::size_t shown = phone->shown.size();
  CHECK(shown < 200 * kib);
  run_turns(bench, 10);
  CHECK(phone->shown.size() == shown);
  phone->make_room(100 * kib);
  while (phone->has_room()) bench.turn();
  CHECK_FALSE(
      phone->shown.contains("\x1b"
                            "c"));
}

TEST_CASE("a slow one does not hold up another, and nothing is kept for it") {
  Bench bench;
  const auto phone = bench.open();
  const auto slow = bench.take_up(*phone, "slow", {{"view", true}});
  slow->room = 10 * kib;
  phone->type("seq 300000; echo do''ne\n");
  bench.wait_shown(*phone, "done");
  CHECK(slow->shown.size() < 100 * kib);
  CHECK_FALSE(slow->shown.contains("done"));
}

TEST_CASE("a slow one that has room again sees a clear screen and the latest") {
  Bench bench;
  const auto phone = bench.open();
  const auto slow = bench.take_up(*phone, "slow", {{"view", true}});
  slow->room = 10 * kib;
  phone->type("seq 300000; echo do''ne\n");
  bench.wait_shown(*phone, "done");
  slow->make_room(1 << 30);
  const std::size_t reset = slow->shown.find(
      "\x1b"
      "c");
  REQUIRE(reset != std::string::npos);
  CHECK(slow->shown.size() - reset <= 33 * kib);
  CHECK(slow->shown.substr(reset).contains("300000\r\ndone"));
  phone->type("echo go''ing on\n");
  bench.wait_shown(*slow, "going on");
}

TEST_CASE("a slow one that is left alone gets the rest, and the end behind it") {
  Bench bench;
  const auto phone = bench.open();
  const auto slow = bench.take_up(*phone, "slow", {{"view", true}});
  slow->room = 10 * kib;
  phone->type("seq 100000; exit 3\n");
  while (!phone->ended) bench.turn();
  CHECK(slow->ended == R"({"exitCode":3})");
  CHECK(slow->shown.contains("\n100000\r\n"));
}

TEST_CASE("nobody waits for ever when the faster one leaves") {
  Bench bench;
  const auto phone = bench.open();
  const auto slow = bench.take_up(*phone, "slow", {{"view", true}});
  slow->room = 10 * kib;
  phone->type("seq 300000; echo do''ne\n");
  while (slow->has_room()) bench.turn();
  phone->lose_link();
  run_turns(bench, 5);
  slow->make_room(1 << 30);
  bench.wait_shown(*slow, "done");
}

TEST_CASE("keys that the program does not read yet are no credit") {
  Bench bench;
  const auto phone = bench.open();
  phone->type("stty raw -echo; echo rea''dy; sleep 0.2; head -c 200000 | wc -c | tr 0 x\n");
  bench.wait_shown(*phone, "ready");
  const std::size_t before = phone->taken;
  phone->type(std::string(200'000, 'k'));
  CHECK(phone->taken - before < 100'000);
  bench.wait_shown(*phone, "2xxxxx");
  CHECK(phone->taken - before == 200'000);
}

}  // namespace malinka::agent::terminal
