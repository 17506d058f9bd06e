// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/simulated_driver.h"

#include <algorithm>
#include <utility>

#include "agent/capability/gpio/simulated_lines.h"

namespace malinka::agent::gpio {
namespace {

constexpr const char* chip_name = "gpiochip0";

class SimulatedChip final : public Chip {
 public:
  explicit SimulatedChip(std::shared_ptr<SimulatedHeader> header) : header_(std::move(header)) {}

  [[nodiscard]] const ChipInfo& info() const override { return info_; }
  [[nodiscard]] bool is_present() const override { return header_->is_present; }

  [[nodiscard]] Result<LineInfo> look(unsigned offset) const override {
    if (!is_present()) return fail_errno(ENODEV);
    if (offset >= info_.lines) return fail_errno(EINVAL);
    return header_->pin(offset).info;
  }

  [[nodiscard]] Result<std::unique_ptr<HeldLines>> hold(std::span<const unsigned> offsets,
                                                        const LineConfig& config,
                                                        EdgeSink sink) override {
    if (!is_present()) return fail_errno(ENODEV);
    const auto is_taken = [&](unsigned offset) {
      return header_->pin(offset).info.is_used || header_->pin(offset).is_contested;
    };
    if (std::ranges::any_of(offsets, is_taken)) return fail_errno(EBUSY);
    return std::make_unique<SimulatedLines>(header_, offsets, config, std::move(sink));
  }

  void await_release(unsigned offset) override { header_->is_awaited.at(offset) = true; }

 private:
  std::shared_ptr<SimulatedHeader> header_;
  const ChipInfo info_{chip_name, "simulated header", SimulatedHeader::pins};
};

}  // namespace

SimulatedDriver::SimulatedDriver(net::Loop& loop)
    : loop_(loop), header_(std::make_shared<SimulatedHeader>(loop)) {}

std::vector<std::string> SimulatedDriver::chip_names() const {
  if (!header_->is_present) return {};
  return {chip_name};
}

Result<std::unique_ptr<Chip>> SimulatedDriver::open(const std::string&) {
  if (!header_->is_present) return fail_errno(ENOENT);
  return std::make_unique<SimulatedChip>(header_);
}

std::map<unsigned, std::string> SimulatedDriver::pin_uses(const std::string&) const {
  return uses_;
}

void SimulatedDriver::on_change(std::function<void()> changed) { changed_ = std::move(changed); }

void SimulatedDriver::take(unsigned offset, const std::string& consumer) {
  LineInfo& info = header_->pin(offset).info;
  info.is_used = true;
  info.consumer = consumer;
}

void SimulatedDriver::give_back(unsigned offset) {
  LineInfo& info = header_->pin(offset).info;
  info.is_used = false;
  info.consumer.clear();
  if (std::exchange(header_->is_awaited.at(offset), false)) changed_();
}

void SimulatedDriver::remove() {
  header_->is_present = false;
  changed_();
}

void SimulatedDriver::put_back() {
  header_ = std::make_shared<SimulatedHeader>(loop_);
  changed_();
}

}  // namespace malinka::agent::gpio
