// SPDX-License-Identifier: MIT
// Where GPIO lines come from: the kernel's character devices, or a header in memory.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/capability/gpio/line_types.h"
#include "malinka/result.h"

namespace malinka::agent::gpio {

/// Edges that came together, in the kernel's order.
using EdgeSink = std::function<void(std::span<const Edge>)>;

/// Lines of one chip that nobody else can use; freed when it dies, which leaves them to what their
/// controller makes of free lines (README.md). **Loop-bound.**
class HeldLines {
 public:
  virtual ~HeldLines() = default;
  /// All of them at once, after active-low. Errors: the system's; ENODEV once the chip is gone.
  [[nodiscard]] virtual Result<Bits> read() = 0;
  /// Those in `mask` at once; they are outputs. Errors: as read.
  [[nodiscard]] virtual Result<void> write(Bits mask, Bits values) = 0;
  /// Makes all of them anew what `config` says, without freeing them. Errors: as read.
  [[nodiscard]] virtual Result<void> configure(const LineConfig& config) = 0;
};

/// **Loop-bound.** What is held of it may outlive it.
class Chip {
 public:
  virtual ~Chip() = default;
  [[nodiscard]] virtual const ChipInfo& info() const = 0;
  /// Whether it is still there.
  [[nodiscard]] virtual bool is_present() const = 0;
  /// Changes nothing. Errors: the system's.
  [[nodiscard]] virtual Result<LineInfo> look(unsigned offset) const = 0;
  /// At most 64 lines. `sink` is told the edges of inputs, in a later turn, while they are held.
  /// Errors: EBUSY where somebody has one of them already.
  [[nodiscard]] virtual Result<std::unique_ptr<HeldLines>> hold(std::span<const unsigned> offsets,
                                                                const LineConfig& config,
                                                                EdgeSink sink) = 0;
  /// Tells of it once when whoever uses the line frees it, as a change (GpioDriver::on_change).
  virtual void await_release(unsigned offset) = 0;
};

/// **Loop-bound.**
class GpioDriver {
 public:
  virtual ~GpioDriver() = default;
  /// The chips there are, sorted by number. Errors: none; what is not there is not listed.
  [[nodiscard]] virtual std::vector<std::string> chip_names() const = 0;
  /// Errors: those of open(2) and of GPIO_GET_CHIPINFO_IOCTL.
  [[nodiscard]] virtual Result<std::unique_ptr<Chip>> open(const std::string& name) = 0;
  /// By offset on that chip: what uses the pin for something other than GPIO, as a bus.
  [[nodiscard]] virtual std::map<unsigned, std::string> pin_uses(const std::string& chip) const = 0;
  /// Calls back in a later turn when chips came or went, or a line was freed. To be called once.
  virtual void on_change(std::function<void()> changed) = 0;
};

}  // namespace malinka::agent::gpio
