// SPDX-License-Identifier: MIT
// What the hub counts. Numbers only: never the name of a channel or subscriber.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "base/response_code.h"

namespace malinka::hub {

using CodeCounts = std::map<ResponseCode, std::uint64_t>;

/// **Loop-bound.** A copy is one message to one recipient. Of the copies of Commands and Responses
/// that were to be made, each ends in copies_sent or in copies_failed; of those of Broadcasts, in
/// copies_sent or in broadcasts_dropped.
struct Counters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_turned_away =
      0;  ///< Dropped without a word: the hub was more than full.
  std::uint64_t http_requests = 0;
  std::uint64_t joins_accepted = 0;
  CodeCounts joins_refused{};

  std::uint64_t messages_received = 0;
  std::uint64_t message_bytes_received = 0;
  CodeCounts
      messages_refused{};  ///< Not carried out at all: malformed, too large, or no room for it.
  std::uint64_t messages_converted = 0;

  std::uint64_t copies_sent = 0;
  std::uint64_t copy_bytes_sent = 0;
  CodeCounts copies_failed{};
  std::uint64_t broadcasts_dropped = 0;
  std::uint64_t reports_dropped = 0;  ///< What the hub itself had to say to one that does not read.
};

/// What there is at this moment.
struct Gauges {
  std::size_t connections = 0;
  std::size_t sessions = 0;
  std::size_t channels = 0;
  std::size_t queued_bytes = 0;
  std::size_t incoming_bytes = 0;  ///< Of messages that have not come whole.
  bool uses_io_uring = false;
};

}  // namespace malinka::hub
