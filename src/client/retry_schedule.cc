// SPDX-License-Identifier: MIT
#include "client/retry_schedule.h"

#include <algorithm>
#include <utility>

namespace malinka::client {

using std::chrono::milliseconds;
using std::chrono::seconds;

RetrySchedule::RetrySchedule(WhenReplaced when_replaced, RandomBelow random_below)
    : when_replaced_(when_replaced), random_below_(std::move(random_below)) {}

std::optional<milliseconds> RetrySchedule::after(const Setback& setback) {
  switch (setback.kind) {
    case Setback::Kind::lost: return back_off();
    case Setback::Kind::refused: return after_refusal(setback);
    case Setback::Kind::replaced: break;
  }
  if (when_replaced_ == WhenReplaced::stop) return std::nullopt;
  return replaced_retry;
}

std::optional<milliseconds> RetrySchedule::after_refusal(const Setback& setback) {
  if (setback.code == ResponseCode::malformed) return std::nullopt;
  if (setback.code == ResponseCode::wrong_key) return wrong_key_retry;
  const milliseconds back_off_now = back_off();
  if (!setback.retry_after_seconds) return back_off_now;
  // Never earlier than asked; what is random comes on top.
  return std::min(seconds(*setback.retry_after_seconds), retry_after_max) + back_off_now;
}

/// Full jitter: anything up to a ceiling that doubles, so that a thousand devices do not come back
/// in step.
milliseconds RetrySchedule::back_off() {
  const milliseconds ceiling =
      std::min(first_retry_max * (1U << std::min(failures_in_a_row_, 16U)), retry_max);
  ++failures_in_a_row_;
  return milliseconds(random_below_(static_cast<std::uint64_t>(ceiling.count()) + 1));
}

}  // namespace malinka::client
