// SPDX-License-Identifier: MIT
#include "agent/dispatch/policy.h"

#include <doctest/doctest.h>

namespace malinka::agent::dispatch {

TEST_CASE("without a rule, agent and telemetry are for every channel") {
  for (const char* const name : {"agent", "telemetry"}) {
    CAPTURE(name);
    CHECK(Policy().grant(name, ChannelKind::open).level == Level::control);
  }
}

TEST_CASE("without a rule, shell, terminal and tunnel want a sealed channel") {
  for (const char* const name : {"shell", "terminal", "tunnel"}) {
    CAPTURE(name);
    CHECK(Policy().grant(name, ChannelKind::guarded).level == Level::deny);
    CHECK(Policy().grant(name, ChannelKind::sealed).level == Level::control);
  }
}

TEST_CASE("without a rule, whatever else there is wants a guarded channel") {
  CHECK(Policy().grant("files", ChannelKind::open).level == Level::deny);
  CHECK(Policy().grant("files", ChannelKind::guarded).level == Level::control);
}

TEST_CASE("a rule takes the place of the default") {
  Policy policy;
  policy.set("shell", {Level::view, ChannelKind::open});
  CHECK(policy.grant("shell", ChannelKind::open).level == Level::view);
}

TEST_CASE("a denied capability stays denied in the best of channels") {
  Policy policy;
  policy.set("files", {Level::deny, ChannelKind::open});
  CHECK(policy.grant("files", ChannelKind::sealed).level == Level::deny);
}

TEST_CASE("what is not granted says what would grant it") {
  const Grant by_channel = Policy().grant("files", ChannelKind::open);
  CHECK(by_channel.reason.contains("give the channel a password"));
  CHECK(by_channel.reason.contains("channel = \"open\" in [policy.files]"));

  Policy policy;
  policy.set("files", {Level::view, ChannelKind::open});
  const Grant by_level = policy.grant("files", ChannelKind::open);
  CHECK(by_level.reason.contains("level = \"view\" in [policy.files]"));
}

TEST_CASE("who has a view link is granted view, whatever the rule") {
  const Grant grant = Policy().grant("files", ChannelKind::sealed, Access::view);
  CHECK(grant.level == Level::view);
  CHECK(grant.reason.contains("view link"));
  CHECK(Policy().grant("shell", ChannelKind::guarded, Access::view).level == Level::deny);
}

TEST_CASE("a level or channel that does not exist is not understood") {
  CHECK(parse_level("control") == Level::control);
  CHECK_FALSE(parse_level("Control"));
  CHECK_FALSE(parse_level(""));
  CHECK(parse_channel_kind("guarded") == ChannelKind::guarded);
  CHECK_FALSE(parse_channel_kind("closed"));
}

}  // namespace malinka::agent::dispatch
