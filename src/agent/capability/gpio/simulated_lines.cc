// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/simulated_lines.h"

#include <utility>

namespace malinka::agent::gpio {

SimulatedLines::SimulatedLines(std::shared_ptr<SimulatedHeader> header,
                               std::span<const unsigned> offsets, const LineConfig& config,
                               EdgeSink sink)
    : header_(std::move(header)), offsets_(offsets.begin(), offsets.end()), sink_(std::move(sink)) {
  for (const unsigned offset : offsets_) {
    Pin& pin = header_->pin(offset);
    pin.info.is_used = true;
    pin.info.consumer = "malinka-agent";
    pin.holder = this;
  }
  apply(config);
}

SimulatedLines::~SimulatedLines() {
  header_->loop().cancel(telling_);
  header_->loop().cancel(settling_);
  for (const unsigned offset : offsets_) {
    Pin& pin = header_->pin(offset);
    if (header_->on_freed) header_->on_freed(offset, pin.level);
    pin.holder = nullptr;
    pin.info.is_used = pin.info.is_active_low = false;
    pin.info.consumer.clear();
    const bool was_output =
        std::exchange(pin.info.direction, Direction::input) == Direction::output;
    if (was_output) header_->drive(offset, false);
  }
}

Result<Bits> SimulatedLines::read() {
  if (!header_->is_present) return fail_errno(ENODEV);
  Bits bits = 0;
  for (std::size_t i = 0; i < offsets_.size(); ++i)
    if (is_high(i)) bits |= Bits{1} << i;
  return bits;
}

Result<void> SimulatedLines::write(Bits mask, Bits values) {
  if (!header_->is_present) return fail_errno(ENODEV);
  if (config_.role != Role::output) return fail_errno(EPERM);
  for (std::size_t i = 0; i < offsets_.size(); ++i)
    if ((mask >> i & 1U) != 0)
      header_->drive(offsets_[i], ((values >> i & 1U) != 0) != is_active_low(i));
  return {};
}

Result<void> SimulatedLines::configure(const LineConfig& config) {
  if (!header_->is_present) return fail_errno(ENODEV);
  apply(config);
  return {};
}

void SimulatedLines::apply(const LineConfig& config) {
  config_ = config;
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    Pin& pin = header_->pin(offsets_[i]);
    pin.info.is_active_low = is_active_low(i);
    if (config.role == Role::as_is) continue;
    pin.info.direction = config.role == Role::output ? Direction::output : Direction::input;
    if (config.role == Role::output)
      header_->drive(offsets_[i], ((config.values >> i & 1U) != 0) != is_active_low(i));
    else if (config.pull == Pull::up || config.pull == Pull::down)
      header_->pull(offsets_[i], config.pull == Pull::up);
  }
  settled_ = header_->level(offsets_[0]);
  header_->tick();
}

void SimulatedLines::on_level(bool level) {
  if (!has_edges()) return;
  header_->loop().cancel(settling_);
  if (config_.debounce.count() == 0) return settle(level);
  settling_ = header_->loop().after(config_.debounce, [this, level] { settle(level); });
}

void SimulatedLines::settle(bool level) {
  if (std::exchange(settled_, level) == level) return;
  const bool is_rising = level != is_active_low(0);
  const Edges edge = is_rising ? Edges::rising : Edges::falling;
  if ((config_.edges | edge) != config_.edges) return;
  net::Loop& loop = header_->loop();
  edges_.push_back({is_rising,
                    static_cast<std::uint64_t>(loop.clock().now().time_since_epoch().count()),
                    ++sequence_});
  loop.cancel(telling_);
  telling_ = loop.after(std::chrono::nanoseconds(0), [this] { sink_(std::exchange(edges_, {})); });
}

bool SimulatedLines::is_high(std::size_t index) {
  return header_->level(offsets_[index]) != is_active_low(index);
}

bool SimulatedLines::is_active_low(std::size_t index) const {
  return (config_.active_low >> index & 1U) != 0;
}

}  // namespace malinka::agent::gpio
