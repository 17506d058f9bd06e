// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/simulated_header.h"

#include <fmt/format.h>

#include <chrono>

#include "agent/capability/gpio/simulated_lines.h"

namespace malinka::agent::gpio {
namespace {

using std::chrono::seconds;

}  // namespace

SimulatedHeader::SimulatedHeader(net::Loop& loop) : loop_(loop) {
  for (unsigned offset = 0; offset < pins; ++offset)
    pins_.at(offset).info.name = fmt::format("GPIO{}", offset);
  pins_.at(used).info.is_used = true;
  pins_.at(used).info.consumer = "onewire@0";
}

SimulatedHeader::~SimulatedHeader() { loop_.cancel(tick_); }

bool SimulatedHeader::level(unsigned offset) {
  const Pin& pin = pins_.at(offset);
  if (offset != blinking || pin.info.direction == Direction::output) return pin.level;
  const auto since = loop_.clock().now().time_since_epoch();
  return std::chrono::duration_cast<seconds>(since).count() % 2 != 0;
}

void SimulatedHeader::drive(unsigned offset, bool level) {
  Pin& pin = pins_.at(offset);
  const bool is_change = pin.level != level;
  pin.level = level;
  if (is_change && pin.holder != nullptr) pin.holder->on_level(level);
  Pin& wired = pins_.at(wired_input);
  if (offset == wired_output && wired.info.direction == Direction::input) drive(wired_input, level);
}

/// The wire is the stronger one.
void SimulatedHeader::pull(unsigned offset, bool level) {
  const bool is_driven =
      offset == wired_input && pins_.at(wired_output).info.direction == Direction::output;
  if (!is_driven) drive(offset, level);
}

void SimulatedHeader::tick() {
  const Pin& pin = pins_.at(blinking);
  if (tick_ != net::no_timer || pin.holder == nullptr || !pin.holder->has_edges()) return;
  const auto since = loop_.clock().now().time_since_epoch();
  tick_ = loop_.after(seconds(1) - since % seconds(1), [this] {
    tick_ = net::no_timer;
    if (SimulatedLines* const holder = pins_.at(blinking).holder) holder->on_level(level(blinking));
    tick();
  });
}

}  // namespace malinka::agent::gpio
