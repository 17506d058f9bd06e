// SPDX-License-Identifier: MIT
#include "hub/gate/key_guard.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace malinka::hub {
namespace {

struct KeyGuardTest {
  ManualClock clock;
  KeyGuard guard{clock, 10, limits::wrong_key_records_max};

  void note_wrong(const std::string& address, int times) {
    for (int i = 0; i < times; ++i) guard.note_wrong("home", address);
  }
  bool is_blocked(const std::string& address) {
    return guard.blocked_for("home", address).has_value();
  }
};

}  // namespace

TEST_CASE_FIXTURE(KeyGuardTest, "an address is blocked after as many wrong keys as it may try") {
  note_wrong("203.0.113.1", 9);
  CHECK_FALSE(is_blocked("203.0.113.1"));
  note_wrong("203.0.113.1", 1);
  CHECK(is_blocked("203.0.113.1"));
}

TEST_CASE_FIXTURE(KeyGuardTest, "other addresses and other channels are not blocked with it") {
  note_wrong("203.0.113.1", 1000);
  CHECK_FALSE(is_blocked("203.0.113.2"));
  CHECK_FALSE(guard.blocked_for("work", "203.0.113.1"));
}

TEST_CASE_FIXTURE(KeyGuardTest, "the block says how long it lasts, and ends then") {
  note_wrong("203.0.113.1", 10);
  clock.advance(std::chrono::milliseconds(18'500));
  CHECK(guard.blocked_for("home", "203.0.113.1") == std::chrono::seconds(42));
  clock.advance(std::chrono::milliseconds(41'500));
  CHECK_FALSE(is_blocked("203.0.113.1"));
}

TEST_CASE_FIXTURE(KeyGuardTest, "an IPv6 address is blocked with all of its /64") {
  note_wrong("2001:db8:0:1::1", 10);
  CHECK(is_blocked("2001:db8:0:1:ffff::2"));
  CHECK_FALSE(is_blocked("2001:db8:0:2::1"));
}

TEST_CASE_FIXTURE(KeyGuardTest,
                  "an address that joined rightly within the hour has a larger budget") {
  guard.note_right("home", "203.0.113.1");
  note_wrong("203.0.113.1", 50);
  CHECK_FALSE(is_blocked("203.0.113.1"));
  note_wrong("203.0.113.1", 50);
  CHECK(is_blocked("203.0.113.1"));

  clock.advance(std::chrono::hours(1));
  note_wrong("203.0.113.1", 10);
  CHECK(is_blocked("203.0.113.1"));
}

TEST_CASE("an IPv4 address is the same whether it came mapped into IPv6 or not") {
  CHECK(address_group("::ffff:203.0.113.1") == address_group("203.0.113.1"));
}

TEST_CASE("a full table forgets the entry that was begun longest ago") {
  const Steady now{};
  RecentTable<int> table(3, std::chrono::seconds(60));
  for (const char* key : {"a", "b", "c"}) table.begin(key, now) = 1;
  table.begin("a", now) = 2;  // Begun anew: no longer the oldest.
  table.begin("d", now) = 1;
  CHECK(table.size() == 3);
  CHECK(table.find("b", now) == nullptr);
  REQUIRE(table.find("a", now) != nullptr);
  CHECK(*table.find("a", now) == 2);
}

TEST_CASE("an entry ends when its time is over") {
  const Steady now{};
  RecentTable<int> table(3, std::chrono::seconds(60));
  table.begin("a", now);
  CHECK(table.find("a", now + std::chrono::seconds(59)) != nullptr);
  CHECK(table.find("a", now + std::chrono::seconds(60)) == nullptr);
  CHECK(table.size() == 0);
}

}  // namespace malinka::hub
