// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/channel.h"

#include <doctest/doctest.h>

#include "malinka/result.h"

namespace malinka::agent::telemetry {
namespace {

ProbeResult result_of(std::errc code) {
  ProbeResult result;
  add_measured(result, {hwmon_kinds[0], "", {}}, fail(code, "in_temp_input"));
  return result;
}

}  // namespace

TEST_CASE("only what a sensor on a wire says may pass is tried again") {
  CHECK(result_of(std::errc::io_error).is_transient);
  CHECK(result_of(std::errc::timed_out).is_transient);
  CHECK_FALSE(result_of(std::errc::no_such_device).is_transient);
  CHECK_FALSE(result_of(std::errc::invalid_argument).is_transient);
}

TEST_CASE("all that fails is said") {
  ProbeResult result = result_of(std::errc::io_error);
  add_measured(result, {hwmon_kinds[1], "attic", {}}, fail(std::errc::timed_out, "x"));
  CHECK(result.sensor.error ==
        "temperature: Input/output error; humidity attic: Connection timed out");
}

}  // namespace malinka::agent::telemetry
