// SPDX-License-Identifier: MIT
// A 40-pin header in memory whose lines behave: what is written can be read, GPIO17 is wired to
// GPIO27, GPIO22 changes every second, and GPIO4 is somebody else's. As on a Pi, a line that is
// freed becomes an input.

#pragma once

#include <array>
#include <functional>
#include <string>

#include "agent/capability/gpio/line_types.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

class SimulatedLines;

struct Pin {
  LineInfo info;
  bool level = false;                ///< On the wire.
  bool is_contested = false;         ///< Another program takes it just before we do.
  SimulatedLines* holder = nullptr;  ///< Takes itself out when it dies.
};

/// **Loop-bound.**
class SimulatedHeader {
 public:
  static constexpr unsigned pins = 28;
  static constexpr unsigned wired_output = 17;
  static constexpr unsigned wired_input = 27;
  static constexpr unsigned blinking = 22;
  static constexpr unsigned used = 4;

  /// `loop` must outlive it.
  explicit SimulatedHeader(net::Loop& loop);
  ~SimulatedHeader();
  SimulatedHeader(const SimulatedHeader&) = delete;
  SimulatedHeader& operator=(const SimulatedHeader&) = delete;

  [[nodiscard]] Pin& pin(unsigned offset) { return pins_.at(offset); }
  [[nodiscard]] net::Loop& loop() { return loop_; }

  [[nodiscard]] bool level(unsigned offset);
  /// As an output does, or something outside to an input.
  void drive(unsigned offset, bool level);
  void pull(unsigned offset, bool level);
  /// Somebody waits for the edges of a line: one that changes by itself begins to tell of it.
  void tick();

  bool is_present = true;
  /// Tests look at what an output had at its last.
  std::function<void(unsigned offset, bool level)> on_freed;
  std::array<bool, pins> is_awaited{};

 private:
  net::Loop& loop_;
  std::array<Pin, pins> pins_;
  net::TimerId tick_ = net::no_timer;
};

}  // namespace malinka::agent::gpio
