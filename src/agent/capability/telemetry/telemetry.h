// SPDX-License-Identifier: MIT
// The capability `telemetry`: a reading when asked for one, and one as an event at every interval.

#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/telemetry/kept_interval.h"
#include "agent/capability/telemetry/probes.h"
#include "agent/capability/telemetry/telemetry_driver.h"
#include "agent/os/worker_pool.h"
#include "net/loop.h"

namespace malinka::agent::telemetry {

struct TelemetrySettings {
  std::unique_ptr<TelemetryDriver> driver;
  KeptInterval interval;
  bool is_simulated = false;
};

/// **Loop-bound.** Never reads twice at a time: who asks meanwhile gets the same reading.
class Telemetry final : public Capability {
 public:
  /// `loop` and `workers` must outlive it.
  Telemetry(net::Loop& loop, os::WorkerPool& workers, TelemetrySettings settings, EventSink sink);
  ~Telemetry() override;

  [[nodiscard]] std::string_view name() const override { return "telemetry"; }
  [[nodiscard]] bool is_simulated() const override { return is_simulated_; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  void set_interval(const Command& command, Answerer answer);
  void schedule();
  void read();
  void read_probes(Reading reading);
  void finish(const Reading& reading);
  void keep_interval();
  void finish_keeping(std::chrono::seconds interval, const Result<void>& written);

  net::Loop& loop_;
  os::WorkerPool& workers_;
  std::shared_ptr<TelemetryDriver>
      driver_;  // Shared with the job that reads, which may outlive us.
  Probes probes_;
  const KeptInterval kept_;
  std::chrono::seconds interval_;
  const bool is_simulated_;
  EventSink sink_;
  net::TimerId timer_ = net::no_timer;
  bool is_reading_ = false;
  bool is_event_due_ = false;
  // At most limits::commands_max of both, which dispatch sees to.
  std::vector<Answerer> waiting_;
  std::vector<Answerer> keeping_;  // Who changed the interval, until it is kept.
  bool is_keeping_ = false;
  std::string problem_;               // Why it is not kept.
  std::shared_ptr<Telemetry*> self_;  // Tells a job's end that we are gone.
};

}  // namespace malinka::agent::telemetry
