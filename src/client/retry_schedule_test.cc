// SPDX-License-Identifier: MIT
#include "client/retry_schedule.h"

#include <doctest/doctest.h>

namespace malinka::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The highest that randomness can give: the ceilings become visible.
std::uint64_t highest_below(std::uint64_t bound) { return bound - 1; }

RetrySchedule schedule_of(WhenReplaced when_replaced = WhenReplaced::try_again) {
  return {when_replaced, highest_below};
}

Setback refused_with(ResponseCode code, std::optional<unsigned> retry_after_seconds = {}) {
  return {Setback::Kind::refused, code, retry_after_seconds};
}

TEST_CASE("the ceiling of the back-off doubles from half a second to a minute and stays there") {
  RetrySchedule schedule = schedule_of();
  for (const int ceiling : {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000})
    CHECK(schedule.after(Setback{}) == milliseconds(ceiling));
}

TEST_CASE("the back-off never leaves its ceiling however many failures there were") {
  RetrySchedule schedule = schedule_of();
  for (int i = 0; i < 100; ++i) CHECK(schedule.after(Setback{}) <= retry_max);
}

TEST_CASE("the jitter is full: a wait may be nothing at all") {
  RetrySchedule schedule(WhenReplaced::try_again, [](std::uint64_t) { return 0; });
  CHECK(schedule.after(Setback{}) == milliseconds(0));
}

TEST_CASE("after a reset the back-off begins anew") {
  RetrySchedule schedule = schedule_of();
  for (int i = 0; i < 5; ++i) (void)schedule.after(Setback{});
  schedule.reset();
  CHECK(schedule.after(Setback{}) == first_retry_max);
}

TEST_CASE("a wrong key is tried again every 60 seconds, for ever") {
  RetrySchedule schedule = schedule_of();
  for (int i = 0; i < 20; ++i)
    CHECK(schedule.after(refused_with(ResponseCode::wrong_key)) == seconds(60));
}

TEST_CASE("a malformed join is not tried again") {
  CHECK_FALSE(schedule_of().after(refused_with(ResponseCode::malformed)));
}

TEST_CASE("a taken name and a full hub are tried again with back-off") {
  for (const ResponseCode code : {ResponseCode::conflict, ResponseCode::unavailable}) {
    RetrySchedule schedule = schedule_of();
    CHECK(schedule.after(refused_with(code)) == milliseconds(500));
    CHECK(schedule.after(refused_with(code)) == milliseconds(1000));
  }
}

TEST_CASE("too many wrong keys wait as long as the hub asks, and the jitter on top") {
  CHECK(schedule_of().after(refused_with(ResponseCode::busy, 42)) == seconds(42) + first_retry_max);
}

TEST_CASE("no hub can make a client wait for longer than an hour") {
  CHECK(schedule_of().after(refused_with(ResponseCode::busy, 4'000'000'000U)) ==
        seconds(3600) + first_retry_max);
}

TEST_CASE("a replaced device tries again every five minutes") {
  RetrySchedule schedule = schedule_of();
  for (int i = 0; i < 5; ++i)
    CHECK(schedule.after({.kind = Setback::Kind::replaced}) == std::chrono::minutes(5));
}

TEST_CASE("a replaced client of a person does not try again") {
  CHECK_FALSE(schedule_of(WhenReplaced::stop).after({.kind = Setback::Kind::replaced}));
}

}  // namespace
}  // namespace malinka::client
