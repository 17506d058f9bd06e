// SPDX-License-Identifier: MIT
// When to try again after a link was lost or a join refused. Pure: time and randomness come from
// outside. docs/protocol.md section 2.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/response_code.h"

namespace malinka::client {

/// What ended an attempt or a link.
struct Setback {
  enum class Kind { lost, refused, replaced };
  Kind kind = Kind::lost;
  ResponseCode code = ResponseCode::done;            ///< Of a refusal.
  std::optional<unsigned> retry_after_seconds = {};  ///< As the hub asked with a refusal.
};

inline constexpr std::chrono::milliseconds first_retry_max = std::chrono::milliseconds(500);
inline constexpr std::chrono::milliseconds retry_max = std::chrono::seconds(60);
inline constexpr std::chrono::milliseconds wrong_key_retry = std::chrono::seconds(60);
inline constexpr std::chrono::milliseconds replaced_retry = std::chrono::minutes(5);
/// More than this no hub can make us wait.
inline constexpr std::chrono::seconds retry_after_max = std::chrono::hours(1);

/// From 0 up to, not including, its argument.
using RandomBelow = std::function<std::uint64_t(std::uint64_t)>;

/// What a program does once another has taken its name: a device comes back, a person is asked.
enum class WhenReplaced { try_again, stop };

/// Counts the failures in a row. **Value.**
class RetrySchedule {
 public:
  RetrySchedule(WhenReplaced when_replaced, RandomBelow random_below);

  /// How long to wait now; nothing where trying again cannot help.
  [[nodiscard]] std::optional<std::chrono::milliseconds> after(const Setback& setback);
  /// All is well: the next loss is the first.
  void reset() { failures_in_a_row_ = 0; }

 private:
  [[nodiscard]] std::optional<std::chrono::milliseconds> after_refusal(const Setback& setback);
  [[nodiscard]] std::chrono::milliseconds back_off();

  WhenReplaced when_replaced_;
  RandomBelow random_below_;
  unsigned failures_in_a_row_ = 0;
};

}  // namespace malinka::client
