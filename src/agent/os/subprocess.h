// SPDX-License-Identifier: MIT
// One program from start to end: its input, its outputs, its time, and the end of its whole process
// group.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "agent/os/pipes.h"
#include "agent/os/spawn.h"
#include "net/loop.h"

namespace malinka::agent::os {

struct SubprocessSettings {
  SpawnSettings spawn;
  std::string input;
  std::size_t output_bytes_max = 0;  ///< Kept of each of its two outputs.
  std::chrono::milliseconds timeout{0};
};

struct SubprocessOutcome {
  Error start_failure;  ///< Its code is 0 where the program did begin.
  std::optional<int> exit_code;
  std::optional<int> signal;  ///< What ended it instead.
  bool has_timed_out = false;
  std::chrono::nanoseconds duration{0};
  Captured output, errors;
};

/// **Loop-bound.** It is over when the program has ended and nobody holds its outputs any more. A
/// timeout ends the group: SIGTERM, two seconds later SIGKILL. So does a process left behind with
/// the outputs, half a second after the program. Destroying it kills the group at once. What left
/// the group (setsid) is not followed.
class Subprocess final : public net::Disposable, net::ReadinessHandler {
 public:
  using DoneHandler = std::move_only_function<void(SubprocessOutcome)>;

  /// `on_done` is called once, in a later turn; its owner may then dispose of it (Loop::dispose).
  /// Errors: those of spawn and Loop::watch.
  [[nodiscard]] static Result<std::unique_ptr<Subprocess>> start(net::Loop& loop,
                                                                 SubprocessSettings settings,
                                                                 DoneHandler on_done);
  ~Subprocess() override;

 private:
  enum class Stage { running, asked_to_end, killed, done };

  Subprocess(net::Loop& loop, SubprocessSettings& settings, Spawned spawned, DoneHandler on_done);
  [[nodiscard]] Result<void> watch();
  void on_ready(net::Readiness readiness) noexcept override;
  void note_exit();
  void advance();
  void on_timer();
  void ask_to_end();
  void kill_group();
  void signal_group(int number);
  void finish();
  void set_timer(std::chrono::milliseconds delay);

  net::Loop& loop_;  // Outlives it.
  Spawned process_;
  DoneHandler on_done_;
  OutputPipe output_;
  OutputPipe errors_;
  InputPipe input_;
  SubprocessOutcome outcome_;
  Steady started_;
  Steady deadline_;
  Stage stage_ = Stage::running;
  bool has_exited_ = false;
  net::TimerId timer_ = net::no_timer;
};

}  // namespace malinka::agent::os
