// SPDX-License-Identifier: MIT
// The line that tells a person how a copy goes on.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace malinka::cli {

/// Where a copy stands, all its files together.
struct CopyStanding {
  std::string what;  ///< Of one file its name; else how many of how many.
  std::uint64_t bytes = 0;
  std::uint64_t bytes_total = 0;  ///< 0 where it is not known.
  bool waits_for_link = false;
};

/// Speed is that of the last seconds, so that it tells what happens now.
class CopyProgress {
 public:
  explicit CopyProgress(std::chrono::steady_clock::time_point now) : began_(now), last_(now) {}

  /// As `disk.img  42 %  1.2 GiB of 3.0 GiB  85 MiB/s  12 s left`.
  [[nodiscard]] std::string line(const CopyStanding& standing,
                                 std::chrono::steady_clock::time_point now);

 private:
  std::chrono::steady_clock::time_point began_, last_;
  std::uint64_t first_bytes_ = 0;  // What was there before this attempt.
  std::uint64_t last_bytes_ = 0;
  double bytes_per_second_ = 0;
  bool has_begun_ = false;
};

}  // namespace malinka::cli
