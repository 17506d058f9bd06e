// SPDX-License-Identifier: MIT
#include "link/heartbeats.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/test_support.h"

using namespace std::chrono_literals;

namespace malinka::link {
namespace {

struct Hall {
  ManualClock clock;
  std::unique_ptr<net::Loop> loop = net::make_loop(clock);
  Heartbeats heartbeats{*loop};
  std::string beats;  ///< The letters of who has beaten.

  void pass(std::chrono::milliseconds time) {
    clock.advance(time);
    net::run_turns(*loop);
  }
  std::string take_beats() { return std::exchange(beats, {}); }
};

class Drummer final : Heartbeats::Member {
 public:
  Drummer(Hall& hall, char letter, std::chrono::milliseconds interval)
      : Member(hall.heartbeats), hall_(hall), letter_(letter) {
    beat_every(interval);
  }
  using Member::beat_every;
  std::function<void()> at_beat = [] {};

 private:
  void on_beat() noexcept override {
    hall_.beats += letter_;
    at_beat();
  }

  Hall& hall_;
  const char letter_;
};

}  // namespace

TEST_CASE("everyone beats every interval from when it began") {
  Hall hall;
  Drummer one(hall, 'a', 10s);
  hall.pass(3s);
  Drummer other(hall, 'b', 10s);
  hall.pass(6999ms);
  CHECK(hall.take_beats().empty());
  hall.pass(1ms);
  CHECK(hall.take_beats() == "a");
  hall.pass(3s);
  CHECK(hall.take_beats() == "b");
  hall.pass(7s);
  CHECK(hall.take_beats() == "a");
  hall.pass(3s);
  CHECK(hall.take_beats() == "b");
}

TEST_CASE("those of another interval do not wait for each other") {
  Hall hall;
  Drummer slow(hall, 's', 10s);
  Drummer quick(hall, 'q', 4s);
  for (int i = 0; i < 9; ++i) hall.pass(2s);
  CHECK(hall.take_beats() == "qqsqq");
}

TEST_CASE("a late beat makes no other late, and a missed one is not made up for") {
  Hall hall;
  Drummer drummer(hall, 'a', 10s);
  hall.pass(15s);
  CHECK(hall.take_beats() == "a");
  hall.pass(5s);
  CHECK(hall.take_beats() == "a");
  hall.pass(1h);
  hall.take_beats();
  hall.pass(10s);
  CHECK(hall.take_beats() == "a");
}

TEST_CASE("a changed interval counts from its change, and none is no beat") {
  Hall hall;
  Drummer drummer(hall, 'a', 10s);
  hall.pass(9s);
  drummer.beat_every(20s);
  hall.pass(19s);
  CHECK(hall.take_beats().empty());
  hall.pass(1s);
  CHECK(hall.take_beats() == "a");
  drummer.beat_every(0s);
  hall.pass(24h);
  CHECK(hall.take_beats().empty());
}

TEST_CASE("inside a beat anyone may stop, go or begin") {
  Hall hall;
  auto first = std::make_unique<Drummer>(hall, 'a', 10s);
  auto second = std::make_unique<Drummer>(hall, 'b', 10s);
  auto third = std::make_unique<Drummer>(hall, 'c', 10s);
  std::unique_ptr<Drummer> late;
  first->at_beat = [&] {
    first->beat_every(0s);
    second.reset();
  };
  third->at_beat = [&] {
    third->beat_every(0s);
    if (!late) late = std::make_unique<Drummer>(hall, 'd', 10s);
  };
  hall.pass(10s);
  CHECK(hall.take_beats() == "ac");
  hall.pass(10s);
  CHECK(hall.take_beats() == "d");
}

}  // namespace malinka::link
