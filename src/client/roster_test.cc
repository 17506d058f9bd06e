// SPDX-License-Identifier: MIT
#include "client/roster.h"

#include <doctest/doctest.h>

namespace malinka::client {
namespace {

TEST_CASE("the roster begins with the join's answer and follows presence") {
  Roster roster;
  protocol::JoinAnswer answer;
  answer.subscribers = {"phone", "kitchen"};
  answer.devices = {"kitchen"};
  roster.reset(answer);
  roster.add("hall", true);
  roster.remove("phone");
  roster.remove("nobody");

  const std::vector<Member> members = roster.members();
  REQUIRE(members.size() == 2);
  CHECK(members[0].name == "hall");
  CHECK(members[0].is_device);
  CHECK(members[1].name == "kitchen");
  CHECK(members[1].is_device);
}

TEST_CASE("of a crowd nobody is known by name, until the next join") {
  Roster roster;
  roster.add("hall", true);
  roster.become_crowd();
  CHECK(roster.is_crowd());
  CHECK(roster.members().empty());
  roster.reset({});
  CHECK_FALSE(roster.is_crowd());
}

TEST_CASE("a hub that names subscribers without end does not make the roster grow without end") {
  Roster roster;
  for (std::size_t i = 0; i < roster_names_max + 10; ++i) roster.add(std::to_string(i), false);
  CHECK(roster.members().size() == roster_names_max);
}

}  // namespace
}  // namespace malinka::client
