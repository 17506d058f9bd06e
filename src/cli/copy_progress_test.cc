// SPDX-License-Identifier: MIT
#include "cli/copy_progress.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Time = std::chrono::steady_clock::time_point;

constexpr std::uint64_t mebibyte = 1U << 20;

TEST_CASE("a copy tells how far it is, how fast, and how long it still takes") {
  CopyProgress progress(Time{});
  CopyStanding standing{.what = "disk.img", .bytes = 0, .bytes_total = 100 * mebibyte};
  CHECK(progress.line(standing, Time{}) == "disk.img  0 %  0 B of 100 MiB");
  std::string line;
  for (int second = 1; second <= 30; ++second) {
    standing.bytes = static_cast<std::uint64_t>(second) * 2 * mebibyte;
    line = progress.line(standing, Time{} + seconds(second));
  }
  CHECK(line == "disk.img  60 %  60.0 MiB of 100 MiB  2.0 MiB/s  20 s left");
}

TEST_CASE("what was there before this attempt is no speed") {
  CopyProgress progress(Time{});
  CopyStanding standing{.what = "a", .bytes = 50 * mebibyte, .bytes_total = 100 * mebibyte};
  (void)progress.line(standing, Time{});
  CHECK(progress.line(standing, Time{} + seconds(5)) == "a  50 %  50.0 MiB of 100 MiB");
}

TEST_CASE("nothing is said of a speed in the first moment") {
  CopyProgress progress(Time{});
  (void)progress.line({.what = "a", .bytes = 0, .bytes_total = 10}, Time{});
  CHECK(progress.line({.what = "a", .bytes = 5, .bytes_total = 10}, Time{} + milliseconds(200)) ==
        "a  50 %  5 B of 10 B");
}

TEST_CASE("what ends when it ends has no percent, and a lost link is told instead") {
  CopyProgress progress(Time{});
  CHECK(progress.line({.what = "-", .bytes = mebibyte, .bytes_total = 0}, Time{}) == "-  1.0 MiB");
  CHECK(progress.line({.what = "-", .bytes = mebibyte, .bytes_total = 0, .waits_for_link = true},
                      Time{} + seconds(9)) ==
        "-  waiting for the link to come back, 1.0 MiB are there");
}

}  // namespace
}  // namespace malinka::cli
