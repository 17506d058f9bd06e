// SPDX-License-Identifier: MIT
#include "cli/exit_code.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

std::string said(std::string error) {
  return failure_of(
             {.from = "hall", .code = 400, .error = std::move(error), .value = {}, .blob = {}})
      .error;
}

std::string flagged(std::string error) {
  return with_flag({ExitCode::failed, "hall", 409, std::move(error)}, "overwrite", "-f").error;
}

}  // namespace

TEST_CASE("what was wrong with a member of a command is said without the protocol's word for it") {
  CHECK(said("value.percent must be at most 100") == "percent must be at most 100");
  CHECK(said("the value is gone") == "the value is gone");
  CHECK(said("").empty());
}

TEST_CASE("an option of the protocol is said as the flag that a person has for it") {
  CHECK(flagged("/a: there already; ask for overwrite to replace it") ==
        "/a: there already; say -f to replace it");
  CHECK(flagged("a is there already; -f overwrites it") == "a is there already; -f overwrites it");
}

}  // namespace malinka::cli
