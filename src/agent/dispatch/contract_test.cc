// SPDX-License-Identifier: MIT
#include "agent/dispatch/contract.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::dispatch {

TEST_CASE("the contract that is built in knows the commands of the specification") {
  const CommandContract* const list = Contract::built_in().find("files.list");
  REQUIRE(list);
  CHECK(list->level == Level::view);
  CHECK(list->answers_within == std::chrono::seconds(limits::command_seconds));
  CHECK(list->parameters->at("required").at(0) == "path");
  CHECK(Contract::built_in().find("files.write")->takes_blob);
  CHECK_FALSE(Contract::built_in().find("files.read")->takes_blob);
}

TEST_CASE("shell.run may take as long as its longest timeout") {
  const auto within = Contract::built_in().find("shell.run")->answers_within;
  CHECK(within > std::chrono::seconds(limits::shell_timeout_seconds_max));
}

TEST_CASE("commands and events are found by their capability") {
  CHECK(Contract::built_in().commands_of("telemetry").size() == 2);
  CHECK(Contract::built_in().events_of("telemetry") ==
        std::vector<std::string>{"telemetry.reading"});
  CHECK(Contract::built_in().commands_of("tele").empty());
}

TEST_CASE("the nearest name is suggested, and none where nothing is near") {
  CHECK(Contract::built_in().suggest("fils.list") == "files.list");
  CHECK_FALSE(Contract::built_in().suggest("make.coffee"));
  CHECK_FALSE(Contract::built_in().suggest(std::string(1'000'000, 'x')));
}

}  // namespace malinka::agent::dispatch
