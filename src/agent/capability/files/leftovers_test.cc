// SPDX-License-Identifier: MIT
#include "agent/capability/files/leftovers.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <utime.h>

#include <chrono>

#include "agent/capability/files/test_support.h"

namespace malinka::agent::files {
namespace {

using test::Tree;

void leave(const Tree& tree, const std::string& name) {
  tree.write(name, "half");
  const utimbuf long_ago{.actime = 0, .modtime = 0};
  REQUIRE(utime(tree.path(name).c_str(), &long_ago) == 0);
}

TEST_CASE("a part that nobody went on with for a day goes when another file comes to its folder") {
  const Tree tree;
  leave(tree, ".malinka-0123456789abcdef.part");
  tree.write(".malinka-fedcba9876543210.part", "half");
  leave(tree, "old");
  Leftovers().remove_beside(*tree.roots().find(tree.path("file")));
  CHECK_FALSE(tree.has(".malinka-0123456789abcdef.part"));
  CHECK(tree.has(".malinka-fedcba9876543210.part"));
  CHECK(tree.has("old"));
}

TEST_CASE("a file that is being written stays, though it has the time of its source already") {
  const Tree tree;
  tree.write(".malinka-0123456789abcdef.part", "half");
  const timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, {.tv_sec = 0, .tv_nsec = 0}};
  REQUIRE(utimensat(AT_FDCWD, tree.path(".malinka-0123456789abcdef.part").c_str(), times, 0) == 0);
  Leftovers().remove_beside(*tree.roots().find(tree.path("file")));
  CHECK(tree.has(".malinka-0123456789abcdef.part"));
}

TEST_CASE("a folder is looked through once an hour, each for itself") {
  const Tree tree;
  tree.make_folder("inner");
  ManualClock clock;
  Leftovers leftovers(clock);
  const auto look = [&](const char* goal) {
    leave(tree, ".malinka-0123456789abcdef.part");
    leave(tree, "inner/.malinka-0123456789abcdef.part");
    leftovers.remove_beside(*tree.roots().find(tree.path(goal)));
    return std::pair(!tree.has(".malinka-0123456789abcdef.part"),
                     !tree.has("inner/.malinka-0123456789abcdef.part"));
  };
  CHECK(look("file") == std::pair(true, false));
  CHECK(look("another") == std::pair(false, false));
  CHECK(look("inner/file") == std::pair(false, true));
  clock.advance(std::chrono::hours(1));
  CHECK(look("file") == std::pair(true, false));
}

TEST_CASE("what was looked through is remembered of a bounded number of folders") {
  const Tree tree;
  ManualClock clock;
  Leftovers leftovers(clock);
  const Place place = *tree.roots().find(tree.path("file"));
  leftovers.remove_beside(place);
  for (int i = 0; i < 1000; ++i)
    leftovers.remove_beside(*tree.roots().find(tree.path("no/" + std::to_string(i) + "/file")));
  leave(tree, ".malinka-0123456789abcdef.part");
  leftovers.remove_beside(place);
  CHECK_FALSE(tree.has(".malinka-0123456789abcdef.part"));
}

}  // namespace
}  // namespace malinka::agent::files
