// SPDX-License-Identifier: MIT
#include "agent/pairing_watch.h"

#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "agent/test_support.h"
#include "malinka/pairing.h"

namespace malinka::agent {
namespace {

Place make_place(const StateFolder& state, const ChannelLink& link) {
  Place place;
  place.subscriber.channel = link.channel;
  place.subscriber.name = "kitchen";
  place.paired = Paired{.state_folder = state.path, .link = link};
  return place;
}

/// A device that was paired, and what it is told of changes.
struct Scene {
  explicit Scene(const ChannelLink& kept) {
    REQUIRE(write_pairing(state.path, kept));
    auto opened = PairingWatch::open(*loop, workers, make_place(state, link),
                                     [this](auto told) { changes.push_back(std::move(told)); });
    REQUIRE(opened);
    watch = *std::move(opened);
  }
  Scene() : Scene(ChannelLink{"ws://h", "home-1", "secret"}) {}

  void turn_until(std::size_t count) {
    for (int i = 0; i < 300 && changes.size() < count; ++i)
      loop->run_turn(std::chrono::milliseconds(100));
    REQUIRE(changes.size() == count);
  }

  const ChannelLink link{"ws://h", "home-1", "secret"};
  StateFolder state;
  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  os::WorkerPool workers{*loop};
  std::unique_ptr<PairingWatch> watch;
  std::vector<Result<client::SubscriberSettings>> changes;
};

TEST_CASE("a new pairing is told as where to join, sealed") {
  Scene scene;
  REQUIRE(write_pairing(scene.state.path, {"ws://h", "home-2", "another"}));
  scene.turn_until(1);
  REQUIRE(scene.changes[0]);
  CHECK(scene.changes[0]->channel == "home-2");
  CHECK(scene.changes[0]->name == "kitchen");
  CHECK(scene.changes[0]->sealing);
}

TEST_CASE("what changed before the watch began is told too") {
  Scene scene(ChannelLink{"ws://h", "home-2", "another"});
  scene.turn_until(1);
  CHECK(scene.changes[0]->channel == "home-2");
}

TEST_CASE("the same pairing again is no news, nor is one that is gone") {
  Scene scene;
  REQUIRE(write_pairing(scene.state.path, {"ws://other", "home-1", "secret"}));
  std::filesystem::remove(pairing_path(scene.state.path));
  REQUIRE(write_pairing(scene.state.path, {"ws://h", "home-2", "another"}));
  scene.turn_until(1);
  CHECK(scene.changes[0]->channel == "home-2");
}

TEST_CASE("a pairing that is none is told, and the next one counts") {
  Scene scene;
  std::ofstream(pairing_path(scene.state.path)) << "{}";
  scene.turn_until(1);
  REQUIRE_FALSE(scene.changes[0]);
  CHECK(scene.changes[0].error().context.contains("remove it"));
  REQUIRE(write_pairing(scene.state.path, {"ws://h", "home-2", "another"}));
  scene.turn_until(2);
  CHECK(scene.changes[1]);
}

TEST_CASE("once it is gone nothing is told") {
  Scene scene;
  REQUIRE(write_pairing(scene.state.path, {"ws://h", "home-2", "another"}));
  scene.loop->run_turn(std::chrono::milliseconds(100));
  scene.watch.reset();
  scene.workers.stop();
  scene.loop->run_turn(std::chrono::milliseconds(0));
  CHECK(scene.changes.empty());
}

}  // namespace
}  // namespace malinka::agent
