// SPDX-License-Identifier: MIT
#include "hub/channel/channel_key.h"

#include <doctest/doctest.h>

namespace malinka::hub {

TEST_CASE("a key is the same as itself and as no other") {
  const KeyHasher hasher;
  CHECK(ChannelKey(hasher, "raspberry").is_same_as(ChannelKey(hasher, "raspberry")));
  CHECK_FALSE(ChannelKey(hasher, "raspberry").is_same_as(ChannelKey(hasher, "raspberrz")));
  CHECK_FALSE(ChannelKey(hasher, "raspberry").is_same_as(ChannelKey(hasher, "raspberry ")));
}

TEST_CASE("no key is the same as no key, and as no other") {
  const KeyHasher hasher;
  CHECK(ChannelKey().is_same_as(ChannelKey(hasher, "")));
  CHECK_FALSE(ChannelKey().is_same_as(ChannelKey(hasher, "raspberry")));
  CHECK_FALSE(ChannelKey(hasher, "raspberry").is_same_as(ChannelKey()));
}

TEST_CASE("what one process keeps of a key means nothing in another") {
  const KeyHasher ours;
  const KeyHasher theirs;
  CHECK(ours.hash("raspberry") != theirs.hash("raspberry"));
}

}  // namespace malinka::hub
