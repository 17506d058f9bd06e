// SPDX-License-Identifier: MIT
#include "cli/copy_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/format.h"

namespace malinka::cli {
namespace {

/// After so many seconds, what was measured before counts for little.
constexpr double memory_seconds = 3;
/// Before so much time, a speed means nothing.
constexpr double settle_seconds = 1;

}  // namespace

std::string CopyProgress::line(const CopyStanding& standing,
                               std::chrono::steady_clock::time_point now) {
  if (!has_begun_) {
    has_begun_ = standing.bytes > 0;
    first_bytes_ = last_bytes_ = standing.bytes;
  }
  const double seconds = std::chrono::duration<double>(now - last_).count();
  if (seconds > 0) {
    const std::uint64_t came = standing.bytes - std::min(standing.bytes, last_bytes_);
    const double weight = std::exp(-seconds / memory_seconds);
    bytes_per_second_ =
        bytes_per_second_ * weight + static_cast<double>(came) / seconds * (1 - weight);
    last_ = now;
    last_bytes_ = standing.bytes;
  }
  if (standing.waits_for_link)
    return standing.what + "  waiting for the link to come back, " + format_size(standing.bytes) +
           " are there";
  std::string line = standing.what;
  if (standing.bytes_total > 0) {
    const auto percent = std::min<std::uint64_t>(
        100, static_cast<std::uint64_t>(100.0 * static_cast<double>(standing.bytes) /
                                        static_cast<double>(standing.bytes_total)));
    line += fmt::format("  {} %  {} of {}", percent, format_size(standing.bytes),
                        format_size(standing.bytes_total));
  } else if (standing.bytes > 0) {
    line += "  " + format_size(standing.bytes);
  }
  const bool has_settled = std::chrono::duration<double>(now - began_).count() > settle_seconds;
  if (!has_settled || bytes_per_second_ < 1) return line;
  line += "  " + format_size(static_cast<std::uint64_t>(bytes_per_second_)) + "/s";
  if (standing.bytes_total > standing.bytes)
    line += "  " +
            format_duration(static_cast<double>(standing.bytes_total - standing.bytes) /
                            bytes_per_second_) +
            " left";
  return line;
}

}  // namespace malinka::cli
