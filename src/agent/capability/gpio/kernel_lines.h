// SPDX-License-Identifier: MIT
// Lines requested of the kernel: one descriptor, one ioctl for whatever is done to them.

#pragma once

#include <memory>
#include <span>

#include "agent/capability/gpio/gpio_driver.h"
#include "base/unique_fd.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

/// **Loop-bound.**
class KernelLines final : public HeldLines, private net::ReadinessHandler {
 public:
  /// `chip_fd` is used during the call only; `loop` must outlive the lines. Errors: those of
  /// GPIO_V2_GET_LINE_IOCTL.
  [[nodiscard]] static Result<std::unique_ptr<KernelLines>> request(
      net::Loop& loop, int chip_fd, std::span<const unsigned> offsets, const LineConfig& config,
      EdgeSink sink);
  ~KernelLines();
  KernelLines(const KernelLines&) = delete;
  KernelLines& operator=(const KernelLines&) = delete;

  [[nodiscard]] Result<Bits> read() override;
  [[nodiscard]] Result<void> write(Bits mask, Bits values) override;
  [[nodiscard]] Result<void> configure(const LineConfig& config) override;

 private:
  KernelLines(net::Loop& loop, UniqueFd lines, unsigned count, EdgeSink sink);

  void on_ready(net::Readiness readiness) noexcept override;
  void read_edges();

  net::Loop& loop_;
  UniqueFd lines_;
  const Bits all_;
  EdgeSink sink_;
  net::TimerId more_ = net::no_timer;  // Edges are left to be read in the next turn.
};

}  // namespace malinka::agent::gpio
