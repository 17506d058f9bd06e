// SPDX-License-Identifier: MIT
// One program from start to end: its input, its outputs, its time, and the end of its whole process
// group. Its outputs are kept, or handed on as they come.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "agent/os/pipes.h"
#include "agent/os/spawn.h"
#include "net/loop.h"

namespace malinka::agent::os {

/// What came out of a program.
struct Captured {
  std::string bytes;        ///< The first part, up to the bound.
  std::uint64_t total = 0;  ///< How many there were in all.
};

/// Of a program; by the number of its descriptor.
enum class Output : std::uint8_t { standard = 1, error = 2 };

/// Who is told about a program while it runs, where its outputs are not kept; outlives it.
class SubprocessHandler {
 public:
  virtual void on_output(Output output, ByteView bytes) noexcept = 0;
  /// Subprocess::write may take more.
  virtual void on_input_room() noexcept = 0;

 protected:
  ~SubprocessHandler() = default;
};

struct SubprocessSettings {
  SpawnSettings spawn;
  std::string input;
  std::size_t output_bytes_max = 0;  ///< Kept of each of its two outputs, where nobody is told.
  std::optional<std::chrono::milliseconds> timeout;
  SubprocessHandler* handler = nullptr;  ///< Null: the outputs are kept.
  bool keeps_input_open = false;         ///< For Subprocess::write, until end_input().
};

struct SubprocessOutcome {
  Error start_failure;  ///< Its code is 0 where the program did begin.
  std::optional<int> exit_code;
  std::optional<int> signal;  ///< What ended it instead.
  bool has_timed_out = false;
  bool was_cancelled = false;
  std::chrono::nanoseconds duration{0};
  Captured output, errors;
};

/// **Loop-bound.** It is over when the program has ended and nobody holds its outputs any more. A
/// timeout and cancel() end the group: SIGTERM, two seconds later SIGKILL. So does a process left
/// behind with the outputs, half a second after the program, unless they are paused. Destroying it
/// kills the group at once. What left the group (setsid) is not followed.
class Subprocess final : public net::Disposable, net::ReadinessHandler {
 public:
  using DoneHandler = std::move_only_function<void(SubprocessOutcome)>;

  /// `on_done` is called once, in a later turn; its owner may then dispose of it (Loop::dispose).
  /// Errors: those of spawn and Loop::watch.
  [[nodiscard]] static Result<std::unique_ptr<Subprocess>> start(net::Loop& loop,
                                                                 SubprocessSettings settings,
                                                                 DoneHandler on_done);
  ~Subprocess() override;

  /// Gives how many of `bytes` were taken: all of them where nobody is there to read any.
  [[nodiscard]] std::size_t write(ByteView bytes) { return input_.write(bytes); }
  void end_input() { input_.finish(); }
  /// Lets the program wait where it says more than its pipes hold.
  void pause();
  void resume();
  void cancel();
  /// From now on it may take as long as it likes.
  void lift_timeout();

 private:
  enum class Stage { running, asked_to_end, killed, done };

  Subprocess(net::Loop& loop, SubprocessSettings& settings, Spawned spawned, DoneHandler on_done);
  [[nodiscard]] Result<void> watch(bool keeps_input_open);
  [[nodiscard]] OutputPipe::Sink sink_of(Output output);
  void on_ready(net::Readiness readiness) noexcept override;
  void note_exit();
  void keep(Captured& captured, std::string_view bytes) const;
  void advance();
  void on_timer();
  void on_time_over();
  void ask_to_end();
  void kill_group();
  void signal_group(int number);
  void finish();
  void set_timer(std::chrono::milliseconds delay);
  void wait_for_output();

  net::Loop& loop_;  // Outlives it.
  SubprocessHandler* handler_;
  const std::size_t output_bytes_max_;
  Spawned process_;
  DoneHandler on_done_;
  SubprocessOutcome outcome_;
  OutputPipe output_;
  OutputPipe errors_;
  InputPipe input_;
  Steady started_;
  std::optional<Steady> deadline_;
  Stage stage_ = Stage::running;
  bool is_paused_ = false;
  bool has_exited_ = false;
  net::TimerId timer_ = net::no_timer;
};

}  // namespace malinka::agent::os
