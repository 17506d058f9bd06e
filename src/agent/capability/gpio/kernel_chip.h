// SPDX-License-Identifier: MIT
// One chip of the kernel: what its lines are, and who has them.

#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "agent/capability/gpio/gpio_driver.h"
#include "base/unique_fd.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

/// **Loop-bound.**
class KernelChip final : public Chip, private net::ReadinessHandler {
 public:
  /// `released` is called when a line is freed that was waited for. `loop` must outlive the chip.
  /// Errors: those of open(2) and GPIO_GET_CHIPINFO_IOCTL.
  [[nodiscard]] static Result<std::unique_ptr<KernelChip>> open(net::Loop& loop,
                                                                const std::string& path,
                                                                std::function<void()> released);
  ~KernelChip();
  KernelChip(const KernelChip&) = delete;
  KernelChip& operator=(const KernelChip&) = delete;

  [[nodiscard]] const ChipInfo& info() const override { return info_; }
  [[nodiscard]] bool is_present() const override;
  [[nodiscard]] Result<LineInfo> look(unsigned offset) const override;
  [[nodiscard]] Result<std::unique_ptr<HeldLines>> hold(std::span<const unsigned> offsets,
                                                        const LineConfig& config,
                                                        EdgeSink sink) override;
  void await_release(unsigned offset) override;

 private:
  KernelChip(net::Loop& loop, UniqueFd chip, ChipInfo info, std::function<void()> released);

  void on_ready(net::Readiness readiness) noexcept override;

  net::Loop& loop_;
  UniqueFd chip_;
  const ChipInfo info_;
  std::function<void()> released_;
};

}  // namespace malinka::agent::gpio
