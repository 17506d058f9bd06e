// SPDX-License-Identifier: MIT
// The simulated driver: one chip with a header in memory. What happens to a real one, happens to it
// too, where a test wants it: a line is somebody else's, the chip is gone.

#pragma once

#include "agent/capability/gpio/gpio_driver.h"
#include "agent/capability/gpio/simulated_header.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

/// **Loop-bound.**
class SimulatedDriver final : public GpioDriver {
 public:
  /// `loop` must outlive it, and all that is held.
  explicit SimulatedDriver(net::Loop& loop);

  [[nodiscard]] std::vector<std::string> chip_names() const override;
  [[nodiscard]] Result<std::unique_ptr<Chip>> open(const std::string& name) override;
  [[nodiscard]] std::map<unsigned, std::string> pin_uses(const std::string& chip) const override;
  void on_change(std::function<void()> changed) override;

  [[nodiscard]] SimulatedHeader& header() { return *header_; }
  /// Another program takes a free line, and lets it go.
  void take(unsigned offset, const std::string& consumer);
  void give_back(unsigned offset);
  /// The chip goes, with all that was held of it; another one like it comes.
  void remove();
  void put_back();
  /// As a bus that is on, on a pin of which the kernel says that it is a free input.
  void use_pin(unsigned offset, const std::string& use) { uses_[offset] = use; }

 private:
  net::Loop& loop_;
  std::shared_ptr<SimulatedHeader> header_;  // Shared with chips and held lines.
  std::map<unsigned, std::string> uses_;
  std::function<void()> changed_;
};

}  // namespace malinka::agent::gpio
