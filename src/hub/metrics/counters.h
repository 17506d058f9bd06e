// SPDX-License-Identifier: MIT
// What the hub counts. Numbers only: never the name of a channel or subscriber.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/response_code.h"
#include "base/tally.h"

namespace malinka::hub {

/// A count for each code. **Thread-safe** for one writer, as its tallies.
class CodeCounts {
 public:
  [[nodiscard]] Tally& operator[](ResponseCode code) {
    return counts_.at(static_cast<std::size_t>(code));
  }
  [[nodiscard]] std::uint64_t operator[](ResponseCode code) const {
    return counts_.at(static_cast<std::size_t>(code));
  }
  /// By the number of its code.
  [[nodiscard]] const auto& all() const { return counts_; }
  [[nodiscard]] std::uint64_t total() const;
  void add(const CodeCounts& other);

 private:
  std::array<Tally, 600> counts_{};
};

/// Each shard has its own, which only its thread changes and any may read. A copy is one message to
/// one recipient. Of the copies of Commands and Responses that were to be made, each ends in
/// copies_sent or in copies_failed; of those of Broadcasts, in copies_sent or in
/// broadcasts_dropped.
struct Counters {
  Tally connections_accepted{};
  Tally connections_turned_away{};  ///< Dropped without a word: the hub was more than full.
  Tally http_requests{};
  Tally joins_accepted{};
  Tally joins_moved{};  ///< Handed to the shard that their channel lives on.
  CodeCounts joins_refused{};

  Tally messages_received{};
  Tally message_bytes_received{};
  CodeCounts
      messages_refused{};  ///< Not carried out at all: malformed, too large, or no room for it.
  Tally messages_converted{};

  Tally copies_sent{};
  Tally copy_bytes_sent{};
  CodeCounts copies_failed{};
  Tally broadcasts_dropped{};
  Tally reports_dropped{};  ///< What the hub itself had to say to one that does not read.

  void add(const Counters& other);
};

/// What there is at this moment.
struct Gauges {
  std::size_t shards = 1;
  std::size_t connections = 0;
  std::size_t sessions = 0;
  std::size_t channels = 0;
  std::size_t queued_bytes = 0;
  std::size_t incoming_bytes = 0;  ///< Of messages that have not come whole.
  bool uses_io_uring = false;
};

}  // namespace malinka::hub
