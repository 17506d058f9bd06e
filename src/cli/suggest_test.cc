// SPDX-License-Identifier: MIT
#include "cli/suggest.h"

#include <doctest/doctest.h>

#include <vector>

namespace malinka::cli {
namespace {

const std::vector<std::string> devices = {"attic", "kitchen", "hall"};

TEST_CASE("a mistyped name suggests the one that was meant") {
  CHECK(closest("kitchn", devices) == "kitchen");
  CHECK(closest("ktichen", devices) == "kitchen");
  CHECK(closest("hal", devices) == "hall");
}

TEST_CASE("a name that is like none suggests nothing") {
  CHECK(closest("garage", devices).empty());
  CHECK(closest("", devices).empty());
  CHECK(closest("kitchen", {}).empty());
}

TEST_CASE("the suggestion is a remark in brackets, safe for a terminal") {
  CHECK(did_you_mean("kitchn", devices) == " (did you mean kitchen?)");
  const std::vector<std::string> hostile = {"kitche\x1b"};
  CHECK(did_you_mean("kitchen", hostile) == R"( (did you mean kitche\x1b?))");
  CHECK(did_you_mean("garage", devices).empty());
}

}  // namespace
}  // namespace malinka::cli
