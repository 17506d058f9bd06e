// SPDX-License-Identifier: MIT
// The probes of a machine, each at its own pace: a reading waits for those that answer soon, and
// has of the others what they said last, with its age.

#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/capability/telemetry/telemetry_driver.h"
#include "agent/os/worker_pool.h"
#include "net/loop.h"

namespace malinka::agent::telemetry {

/// **Loop-bound.**
class Probes {
 public:
  using Done = std::move_only_function<void(std::vector<Sensor>)>;

  /// How long a reading waits for them.
  static constexpr std::chrono::milliseconds patience{500};
  /// Between a try that failed and the next: a DHT11 must be left alone for so long.
  static constexpr std::chrono::seconds pause{2};
  /// How many more times it is tried; after that at each reading alone.
  static constexpr int retries_max = 3;
  /// Workers that they may hold up at a time, as by hanging.
  static constexpr int running_max = 2;

  /// `loop` and `workers` must outlive it.
  Probes(net::Loop& loop, os::WorkerPool& workers, std::shared_ptr<const TelemetryDriver> driver);
  ~Probes();
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;

  /// Looks at `names`, but for those that rest, and forgets all others. `done` is given what they
  /// say, never inside this call; not before then may it be called again.
  void read(const std::vector<std::string>& names, Done done);

  /// None of them is being looked at.
  [[nodiscard]] bool is_idle() const { return running_ == 0; }

 private:
  struct Value {
    Measurement measurement;
    Steady measured;
    std::uint64_t round;  // In which it was.
  };
  struct Probe {
    std::string path;
    Sensor latest;  // But for its measurements.
    std::vector<Value> values;
    bool is_wanted = false;   // To be looked at as soon as there is room.
    bool is_awaited = false;  // By the reading.
    bool is_running = false;
    Steady begun;
    Steady rests_until;
    Steady::duration took{};
    int retries = 0;  // That are left.
    net::TimerId retry = net::no_timer;
  };

  void forget_all_but(const std::vector<std::string>& names);
  void want(Probe& probe);
  void start_wanted();
  void start(const std::shared_ptr<Probe>& probe);
  void finish(Probe& probe, ProbeResult result);
  void learn(Probe& probe, ProbeResult result) const;
  void schedule_retry(const std::shared_ptr<Probe>& probe);
  void end_round_if_all_answered();
  void end_round();
  [[nodiscard]] Sensor report(const Probe& probe) const;

  net::Loop& loop_;
  os::WorkerPool& workers_;
  std::shared_ptr<const TelemetryDriver> driver_;
  std::map<std::string, std::shared_ptr<Probe>> probes_;
  int running_ = 0;
  Done done_;  // Of the round under way.
  std::uint64_t round_ = 0;
  net::TimerId impatience_ = net::no_timer;
  std::shared_ptr<Probes*> self_;  // Tells a job's end that we are gone.
};

}  // namespace malinka::agent::telemetry
