// SPDX-License-Identifier: MIT
#include "agent/os/user.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

namespace malinka::agent::os {

TEST_CASE("root is found with its home and groups") {
  const Result<User> root = find_user("root");
  REQUIRE(root);
  CHECK(root->uid == 0);
  CHECK(root->home == "/root");
  CHECK(std::ranges::find(root->groups, root->gid) != root->groups.end());
}

TEST_CASE("a user that does not exist is named in the error") {
  const Result<User> nobody = find_user("no-such-user");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().code == std::errc::no_such_process);
  CHECK(nobody.error().context == "no-such-user");
}

TEST_CASE("the current user is whom the process runs as") {
  CHECK(current_user().uid == geteuid());
  CHECK_FALSE(current_user().home.empty());
}

}  // namespace malinka::agent::os
