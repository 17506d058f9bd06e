// SPDX-License-Identifier: MIT
#include "hub/channel/registry.h"

#include <doctest/doctest.h>

#include <memory>
#include <span>
#include <vector>

namespace malinka::hub {
namespace {

struct Guest final : Member {
  Guest(MemberId id, std::string name) : Member({.id = id, .name = std::move(name)}) {}
  bool queue(const ParcelRef&) noexcept override { return true; }
  bool send_burst(const Burst&) noexcept override { return false; }
};

}  // namespace

TEST_CASE("a channel begins with its first member and ends with its last") {
  Registry registry;
  Guest hall(1, "hall");
  Guest kitchen(2, "kitchen");
  CHECK(registry.find("home") == nullptr);

  Channel& home = registry.enter("home", "", hall);
  CHECK(&registry.enter("home", "", kitchen) == &home);
  CHECK(registry.channel_count() == 1);

  registry.leave(home, hall);
  CHECK(registry.find("home") == &home);
  registry.leave(home, kitchen);
  CHECK(registry.find("home") == nullptr);
  CHECK(registry.channel_count() == 0);
}

TEST_CASE("a channel's key is that of its first member, and ends with the channel") {
  Registry registry;
  Guest hall(1, "hall");
  Channel& guarded = registry.enter("home", "raspberry", hall);
  CHECK(guarded.key().is_guarded());
  CHECK(registry.is_opened_by(guarded, "raspberry"));
  CHECK_FALSE(registry.is_opened_by(guarded, "strawberry"));
  CHECK_FALSE(registry.is_opened_by(guarded, ""));

  registry.leave(guarded, hall);
  Channel& next = registry.enter("home", "strawberry", hall);
  CHECK(registry.is_opened_by(next, "strawberry"));
  registry.leave(next, hall);
}

TEST_CASE("an open channel is not opened by a key") {
  Registry registry;
  Guest hall(1, "hall");
  Channel& open = registry.enter("home", "", hall);
  CHECK_FALSE(open.key().is_guarded());
  CHECK(registry.is_opened_by(open, ""));
  CHECK_FALSE(registry.is_opened_by(open, "raspberry"));
  registry.leave(open, hall);
}

TEST_CASE("the same name in two channels is two members") {
  Registry registry;
  Guest here(1, "hall");
  Guest there(2, "hall");
  Channel& home = registry.enter("home", "", here);
  Channel& work = registry.enter("work", "", there);
  CHECK(home.find("hall") == &here);
  CHECK(work.find("hall") == &there);
  registry.leave(home, here);
  registry.leave(work, there);
}

TEST_CASE("members stand in the order in which they joined") {
  Registry registry;
  Guest zoe(1, "zoe");
  Guest ann(2, "ann");
  Guest max(3, "max");
  Channel& home = registry.enter("home", "", zoe);
  registry.enter("home", "", ann);
  registry.enter("home", "", max);
  registry.leave(home, ann);
  REQUIRE(home.members().size() == 2);
  CHECK(home.members()[0] == &zoe);
  CHECK(home.members()[1] == &max);
  registry.leave(home, zoe);
  registry.leave(home, max);
}

TEST_CASE("a member is found by its name, whoever joined or left before or behind it") {
  std::vector<std::unique_ptr<Guest>> guests;
  Registry registry;
  for (MemberId id = 1; id <= 100; ++id)
    guests.push_back(std::make_unique<Guest>(id, std::to_string(id * 37 % 101)));
  Channel& home = registry.enter("home", "", *guests.front());
  for (const auto& guest : std::span(guests).subspan(1)) registry.enter("home", "", *guest);
  for (const auto& guest : guests) {
    CHECK(home.find(guest->name()) == guest.get());
    if (guest->id() == 100) continue;
    registry.leave(home, *guest);
    CHECK(home.find(guest->name()) == nullptr);
  }
  CHECK(home.find("") == nullptr);
  registry.leave(home, *guests.back());
}

TEST_CASE("a later member of the same name is not taken for the one before") {
  Registry registry;
  Guest before(1, "hall");
  Guest after(2, "hall");
  Guest other(3, "other");
  Channel& home = registry.enter("home", "", other);
  registry.enter("home", "", before);
  registry.leave(home, before);
  registry.enter("home", "", after);
  CHECK(home.find("hall", before.id()) == nullptr);
  CHECK(home.find("hall", after.id()) == &after);
  registry.leave(home, after);
  registry.leave(home, other);
}

}  // namespace malinka::hub
