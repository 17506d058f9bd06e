// SPDX-License-Identifier: MIT
// The real driver: /dev/gpiochip*, the kernel's GPIO character device, version 2.

#pragma once

#include "agent/capability/gpio/gpio_driver.h"
#include "agent/os/folder_watch.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

/// **Loop-bound.**
class KernelDriver final : public GpioDriver {
 public:
  /// `loop` must outlive it. `root` stands in front of /dev and /sys: empty, but for tests.
  explicit KernelDriver(net::Loop& loop, std::string root = {});

  [[nodiscard]] std::vector<std::string> chip_names() const override;
  [[nodiscard]] Result<std::unique_ptr<Chip>> open(const std::string& name) override;
  [[nodiscard]] std::map<unsigned, std::string> pin_uses(const std::string& chip) const override;
  void on_change(std::function<void()> changed) override;

 private:
  net::Loop& loop_;
  const std::string root_;
  const std::string folder_;  // The devices'.
  std::function<void()> changed_;
  std::unique_ptr<os::FolderWatch> watch_;
};

}  // namespace malinka::agent::gpio
