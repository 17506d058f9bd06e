// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/kept_interval.h"

#include <doctest/doctest.h>

#include "machine_tree.h"

namespace malinka::agent::telemetry {

using Tree = test::MachineTree;
using namespace std::chrono_literals;

TEST_CASE("the interval is what is configured until another is kept") {
  const Tree tree;
  const KeptInterval kept(tree.root() + "/state/telemetry.json", 10s);
  CHECK(kept.read() == 10s);
  REQUIRE(kept.write(3600s));
  CHECK(kept.read() == 3600s);
}

TEST_CASE("a new setting is meant, and what was kept before is over") {
  const Tree tree;
  const std::string path = tree.root() + "/telemetry.json";
  REQUIRE(KeptInterval(path, 10s).write(3600s));
  CHECK(KeptInterval(path, 60s).read() == 60s);
  CHECK(KeptInterval(path, 10s).read() == 3600s);
}

TEST_CASE("what is no interval is not taken from the file") {
  const Tree tree;
  const KeptInterval kept(tree.root() + "/telemetry.json", 10s);
  for (const char* const text :
       {"", "x", "[]", "{}", R"({"intervalSeconds":60})",
        R"({"intervalSeconds":0,"configuredSeconds":10})",
        R"({"intervalSeconds":-1,"configuredSeconds":10})",
        R"({"intervalSeconds":86401,"configuredSeconds":10})",
        R"({"intervalSeconds":1.5,"configuredSeconds":10})",
        R"({"intervalSeconds":"5","configuredSeconds":10})",
        R"({"intervalSeconds":18446744073709551615,"configuredSeconds":10})"}) {
    CAPTURE(text);
    tree.write("/telemetry.json", text);
    CHECK(kept.read() == 10s);
  }
}

TEST_CASE("where nothing can be kept, that is said") {
  CHECK_FALSE(KeptInterval("/proc/no/such/folder", 10s).write(60s));
  CHECK_FALSE(KeptInterval("", 10s).write(60s));
  CHECK(KeptInterval("", 10s).read() == 10s);
}

}  // namespace malinka::agent::telemetry
