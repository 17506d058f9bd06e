// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/throttling.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "machine_tree.h"

namespace malinka::agent::telemetry {
namespace {

using Tree = test::MachineTree;

Json told(const Throttling& throttling) {
  Reading reading;
  reading.throttling = throttling;
  return to_json(reading).at("throttled");
}

}  // namespace

TEST_CASE("each of the firmware's flags has its name, now and since the start") {
  const Json json = told(*parse_throttled("throttled=0x80001\n"));
  CHECK(json.size() == 8);
  for (const auto& [name, value] : json.items()) {
    CAPTURE(name);
    CHECK(value == (name == "underVoltage" || name == "softTemperatureLimitSinceBoot"));
  }
  CHECK(told(*parse_throttled("throttled=0x2")).at("frequencyCapped") == true);
  CHECK(told(*parse_throttled("throttled=0x4")).at("throttled") == true);
  CHECK(told(*parse_throttled("throttled=0x40000")).at("throttledSinceBoot") == true);
}

TEST_CASE("an answer that is none is no answer") {
  for (const char* const answer :
       {"", "throttled=", "throttled=0x", "throttled=0xg", "throttled=0x1 2",
        "throttled=0x100000000", "error=1 error_msg=\"Command not registered\""}) {
    CAPTURE(answer);
    CHECK_FALSE(parse_throttled(answer));
  }
}

TEST_CASE("without the firmware's mailbox the kernel's alarm says of under-voltage alone") {
  const Tree tree;
  tree.write("/dev/vcio", "no mailbox");
  tree.write("/sys/class/hwmon/hwmon0/name", "other");
  tree.write("/sys/class/hwmon/hwmon0/in0_lcrit_alarm", "0");
  tree.write("/sys/class/hwmon/hwmon1/name", "rpi_volt");
  tree.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1");
  CHECK(told(*read_throttling(tree.root())) == Json{{"underVoltage", true}});
  tree.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0");
  CHECK(told(*read_throttling(tree.root())) == Json{{"underVoltage", false}});
}

TEST_CASE("another machine says nothing of it") {
  const Tree tree;
  CHECK_FALSE(read_throttling(tree.root()));
  CHECK_FALSE(to_json(Reading{}).contains("throttled"));
}

}  // namespace malinka::agent::telemetry
