// SPDX-License-Identifier: MIT
#include "protocol/stream_flow.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"

namespace malinka::protocol {
namespace {

constexpr std::uint64_t overhead = limits::stream_chunk_cost_bytes;
/// A grant is worth a message once it is this part of the window.
constexpr std::uint64_t grant_share = 8;
/// A window holds so many times what the link has on its way.
constexpr double window_factor = 1.5;
/// On a fast link, most of a round trip is threads that wait for their turn.
constexpr std::chrono::microseconds round_trip_least(limits::stream_round_trip_microseconds_min);

}  // namespace

std::string_view describe(StreamFlowError error) {
  switch (error) {
    case StreamFlowError::gap: return "a chunk is missing";
    case StreamFlowError::beyond_credit: return "more was sent than was allowed";
    case StreamFlowError::credit_overflow: return "more was allowed than a stream may have";
    case StreamFlowError::after_end: return "it went on behind its end";
  }
  return "unknown";
}

std::uint64_t stream_chunk_cost(std::size_t bytes) { return bytes + overhead; }

std::size_t SendingFlow::chunk_bytes_max() const {
  if (credit_ <= overhead) return 0;
  return std::min<std::uint64_t>(credit_ - overhead, limits::stream_chunk_bytes_max);
}

std::uint64_t SendingFlow::send(std::size_t bytes) {
  ASSERT(bytes <= chunk_bytes_max());
  credit_ -= stream_chunk_cost(bytes);
  return chunks_++;
}

Result<void> SendingFlow::add_credit(std::uint64_t bytes) {
  constexpr std::uint64_t credit_max = limits::stream_credit_bytes_max;
  if (credit_ > credit_max || bytes > credit_max - credit_)
    return fail(StreamFlowError::credit_overflow);
  credit_ += bytes;
  return {};
}

ReceivingFlow::ReceivingFlow(std::uint64_t window) : window_(window), granted_(window) {}

Result<void> ReceivingFlow::receive(std::uint64_t seq, std::size_t bytes, Steady now) {
  if (has_finished_) return fail(StreamFlowError::after_end);
  if (seq != chunks_) return fail(StreamFlowError::gap);
  const std::uint64_t cost = stream_chunk_cost(bytes);
  if (cost > granted_ - received_) return fail(StreamFlowError::beyond_credit);
  ++chunks_;
  received_ += cost;
  taken_ += overhead;  // It takes no room here.
  if (round_ && !round_->has_come_back && received_ > round_->allowed_before) {
    const auto round_trip = std::max(now - round_->granted_at, Steady::duration(1));
    round_trip_min_ = std::min(round_trip_min_.value_or(round_trip), round_trip);
    round_->has_come_back = true;
  }
  return {};
}

Result<void> ReceivingFlow::finish(std::uint64_t seq) {
  if (has_finished_) return fail(StreamFlowError::after_end);
  if (seq != chunks_) return fail(StreamFlowError::gap);
  has_finished_ = true;
  return {};
}

std::uint64_t ReceivingFlow::take(std::size_t bytes, std::uint64_t window_max, Steady now) {
  taken_ += bytes;
  ASSERT(taken_ <= received_);
  if (has_finished_) return 0;
  if (round_ && round_->has_come_back) measure(now);
  window_ = std::max(window_, std::min(window_wanted_, window_max));
  const std::uint64_t grant = taken_ + window_ - granted_;
  if (grant < window_ / grant_share) return 0;
  if (!round_) round_ = Round{granted_, taken_, now};
  granted_ += grant;
  return grant;
}

/// The rate of this round, for as long as the shortest round trip: that much is on its way at a
/// time.
void ReceivingFlow::measure(Steady now) {
  const Round round = *std::exchange(round_, std::nullopt);
  const auto time = std::max(now - round.granted_at, Steady::duration(1));
  const double rate =
      static_cast<double>(taken_ - round.taken_before) / static_cast<double>(time.count());
  const auto round_trip = std::max<Steady::duration>(*round_trip_min_, round_trip_least);
  const double wanted = window_factor * rate * static_cast<double>(round_trip.count());
  window_wanted_ = std::max(window_wanted_, static_cast<std::uint64_t>(wanted));
}

}  // namespace malinka::protocol
