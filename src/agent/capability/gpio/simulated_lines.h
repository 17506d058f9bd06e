// SPDX-License-Identifier: MIT
// Lines of the simulated header that are held.

#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agent/capability/gpio/gpio_driver.h"
#include "agent/capability/gpio/simulated_header.h"

namespace malinka::agent::gpio {

/// **Loop-bound.**
class SimulatedLines final : public HeldLines {
 public:
  /// The lines are free.
  SimulatedLines(std::shared_ptr<SimulatedHeader> header, std::span<const unsigned> offsets,
                 const LineConfig& config, EdgeSink sink);
  ~SimulatedLines();
  SimulatedLines(const SimulatedLines&) = delete;
  SimulatedLines& operator=(const SimulatedLines&) = delete;

  [[nodiscard]] Result<Bits> read() override;
  [[nodiscard]] Result<void> write(Bits mask, Bits values) override;
  [[nodiscard]] Result<void> configure(const LineConfig& config) override;

  /// Its line, of which there is one where it has edges, is at another level.
  void on_level(bool level);
  /// As the kernel, when nobody reads them.
  void drop_edges(std::uint32_t count) { sequence_ += count; }
  [[nodiscard]] bool has_edges() const { return config_.edges != Edges::none; }

 private:
  void apply(const LineConfig& config);
  void settle(bool level);
  [[nodiscard]] bool is_high(std::size_t index);
  [[nodiscard]] bool is_active_low(std::size_t index) const;

  std::shared_ptr<SimulatedHeader> header_;
  const std::vector<unsigned> offsets_;
  LineConfig config_;
  EdgeSink sink_;
  bool settled_ = false;  // The level that edges were told of last.
  std::uint32_t sequence_ = 0;
  std::vector<Edge> edges_;                // To be told.
  net::TimerId telling_ = net::no_timer;   // Edges, in the next turn.
  net::TimerId settling_ = net::no_timer;  // The level has to last until then.
};

}  // namespace malinka::agent::gpio
