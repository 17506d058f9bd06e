// SPDX-License-Identifier: MIT
// How much may be sent in one direction of a stream: credit at the end that sends; at the end that
// receives a window, which grows with the link's rate and round trip. docs/protocol.md section 7.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/error_category.h"
#include "malinka/result.h"

namespace malinka::protocol {

enum class StreamFlowError {
  gap = 1,          ///< A chunk is missing, or came twice.
  beyond_credit,    ///< More was sent than this end allowed.
  credit_overflow,  ///< More credit than a direction may have.
  after_end,
};
[[nodiscard]] std::string_view describe(StreamFlowError error);
[[nodiscard]] inline std::error_code make_error_code(StreamFlowError error) {
  return base::error_code_of(error, "stream flow");
}

/// What a chunk of so many bytes costs.
[[nodiscard]] std::uint64_t stream_chunk_cost(std::size_t bytes);

/// The end that sends. **Value.**
class SendingFlow {
 public:
  explicit SendingFlow(std::uint64_t credit) : credit_(credit) {}

  /// The most bytes that the next chunk may have; 0 while there is no credit.
  [[nodiscard]] std::size_t chunk_bytes_max() const;
  /// Counts a chunk of at most so many bytes, and gives its number.
  std::uint64_t send(std::size_t bytes);
  /// Errors: StreamFlowError::credit_overflow.
  [[nodiscard]] Result<void> add_credit(std::uint64_t bytes);

  /// How many chunks were sent.
  [[nodiscard]] std::uint64_t chunks() const { return chunks_; }

 private:
  std::uint64_t credit_;
  std::uint64_t chunks_ = 0;
};

/// The end that receives. Its window is what the other end may have sent and this one has not dealt
/// with. **Value.**
class ReceivingFlow {
 public:
  explicit ReceivingFlow(std::uint64_t window);

  /// Counts a chunk that came. Errors: StreamFlowError::gap, beyond_credit, after_end.
  [[nodiscard]] Result<void> receive(std::uint64_t seq, std::size_t bytes, Steady now);
  /// The other end has sent its last. Errors: StreamFlowError::gap, after_end.
  [[nodiscard]] Result<void> finish(std::uint64_t seq);
  /// `bytes` of chunks, in order, were dealt with. Gives the credit to grant for that, or 0 while
  /// it is not worth a message. The window grows to at most `window_max`.
  [[nodiscard]] std::uint64_t take(std::size_t bytes, std::uint64_t window_max, Steady now);

  [[nodiscard]] std::uint64_t window() const { return window_; }
  [[nodiscard]] bool has_finished() const { return has_finished_; }

 private:
  /// From a grant until the first chunk that only it allowed has been dealt with.
  struct Round {
    std::uint64_t allowed_before = 0;
    std::uint64_t taken_before = 0;
    Steady granted_at;
    bool has_come_back = false;
  };

  void measure(Steady now);

  std::uint64_t window_;
  std::uint64_t granted_;  // All credit ever given, the first window too.
  std::uint64_t received_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t chunks_ = 0;
  bool has_finished_ = false;
  std::optional<Round> round_;
  std::optional<Steady::duration> round_trip_min_;
  std::uint64_t window_wanted_ = 0;  // By what was measured.
};

}  // namespace malinka::protocol

template <>
struct std::is_error_code_enum<malinka::protocol::StreamFlowError> : std::true_type {};
