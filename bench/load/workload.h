// SPDX-License-Identifier: MIT
// What the generator can be told to do, whichever way its messages go.

#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/load/burst.h"
#include "bench/load/crowd.h"

namespace malinka::bench {

/// **Loop-bound.**
class Workload {
 public:
  virtual ~Workload() = default;

  /// Takes the next so many seats.
  virtual void join(std::size_t count) = 0;
  [[nodiscard]] virtual std::size_t seats_left() const = 0;
  /// Sends messages and waits until all are received, or patience ends.
  virtual Burst run(const BurstSize& size) = 0;
  /// Sends so many of `large` to whoever has joined, and waits only until they have left.
  virtual void clog(std::uint32_t messages, const Mold& large) = 0;
  /// Everyone goes.
  virtual void leave() = 0;

  [[nodiscard]] virtual Crowd& crowd() = 0;
};

/// How long a burst may take, and how long everyone's joining: thousands of joins in one channel
/// tell everyone of everyone.
inline constexpr std::chrono::seconds patience(60);
inline constexpr std::chrono::seconds join_patience(300);

}  // namespace malinka::bench
