// SPDX-License-Identifier: MIT
// The capability `gpio`: lines are listed, read, written, pulsed and watched, each as far as it may
// be; what agent.toml says of them holds from the start to the end.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/gpio/board.h"
#include "agent/capability/gpio/holdings.h"
#include "agent/capability/gpio/watches.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

struct GpioSettings {
  std::unique_ptr<GpioDriver> driver;
  std::vector<LineSettings> lines;
  bool is_simulated = false;
};

/// **Loop-bound.**
class Gpio final : public Capability {
 public:
  /// Gives the lines of agent.toml their safe values. `loop` must outlive it.
  Gpio(net::Loop& loop, GpioSettings settings, EventSink sink);
  /// Gives them again, and ends pulses.
  ~Gpio() override;
  Gpio(const Gpio&) = delete;
  Gpio& operator=(const Gpio&) = delete;

  [[nodiscard]] std::string_view name() const override { return "gpio"; }
  [[nodiscard]] bool is_simulated() const override { return is_simulated_; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  [[nodiscard]] Attempt<Json> carry_out(const Command& command);
  [[nodiscard]] Json list();
  [[nodiscard]] Attempt<Json> read(const Json& value);
  [[nodiscard]] Attempt<Json> write(const Json& value);
  [[nodiscard]] Attempt<Json> watch(const Command& command);
  void pulse(const Json& value, Answerer answer);
  void end_pulse(Line& line, std::chrono::milliseconds width);
  /// As somebody who may do so asks: those who may only look are no reason against it.
  [[nodiscard]] Attempt<void> change(std::span<const Wanted> wanted);

  [[nodiscard]] Attempt<Line*> find(const Json& line, LineAccess wanted);
  [[nodiscard]] Attempt<Json> values_of(const std::vector<Line*>& lines);
  void look_again();
  void begin_configured();
  void begin_outputs(std::vector<Line*> lines);

  const bool is_simulated_;
  std::unique_ptr<GpioDriver> driver_;
  net::Loop& loop_;
  Board board_;
  Holdings holdings_;
  Watches watches_;
  net::TimerId looking_ = net::no_timer;
};

}  // namespace malinka::agent::gpio
