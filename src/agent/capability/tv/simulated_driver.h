// SPDX-License-Identifier: MIT
// The simulated driver: one port, and a TV at the other end of the cable that keeps its state,
// takes a moment to wake up, and answers as TVs do.

#pragma once

#include <chrono>
#include <map>
#include <memory>

#include "agent/capability/tv/tv_driver.h"
#include "net/loop.h"

namespace malinka::agent::tv {

/// **Loop-bound.**
class SimulatedDriver final : public TvDriver {
 public:
  static constexpr std::chrono::milliseconds answer_time{20};
  static constexpr std::chrono::milliseconds wake_time{1500};

  /// `loop` must outlive it.
  explicit SimulatedDriver(net::Loop& loop);
  ~SimulatedDriver() override;

  void begin(TvListener& listener) override { listener_ = &listener; }
  [[nodiscard]] std::vector<Port> ports() const override { return {port_}; }
  [[nodiscard]] std::string problem() const override { return {}; }
  void look_again(std::move_only_function<void()> done) override;
  void send(const std::string& device, const Request& request, OutcomeSink done) override;

 private:
  [[nodiscard]] Outcome answer(const Request& request);
  [[nodiscard]] Outcome answer_audio(const CecMessage& message) const;
  void obey(const CecMessage& message);
  void obey_key(std::uint8_t key);
  void turn(Power goal);
  void tell_power();
  void later(std::chrono::milliseconds delay, net::Task task);

  net::Loop& loop_;
  TvListener* listener_ = nullptr;
  Port port_;
  Power power_ = Power::standby;
  PhysicalAddress source_ = root_address;  // Its own tuner.
  int volume_percent_ = 20;
  bool is_muted_ = false;
  net::TimerId waking_ = net::no_timer;
  std::shared_ptr<SimulatedDriver*> self_;  // Tells what comes later that we are gone.
};

}  // namespace malinka::agent::tv
