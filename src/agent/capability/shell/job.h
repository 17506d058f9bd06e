// SPDX-License-Identifier: MIT
// A command line that runs beside the message that asked for it: its program, what that has said,
// and who is at it.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/shell/output_log.h"
#include "agent/os/subprocess.h"
#include "base/clock.h"
#include "net/loop.h"

namespace malinka::agent::shell {

class JobStream;

/// **Loop-bound.** A job goes with its asker's stream, and waits while that has no room; once it is
/// detached it does neither.
class Job final : public net::Disposable, os::SubprocessHandler {
 public:
  struct Settings {
    std::string id;
    std::string command;
    os::SubprocessSettings program;
    bool is_detached = false;
  };
  /// `on_change` is called when it is over, and when a stream of it is gone; its owner may then
  /// dispose of it (Loop::dispose).
  Job(net::Loop& loop, Settings settings, std::function<void()> on_change);
  ~Job() override;

  /// Once. Errors: those of Subprocess::start.
  [[nodiscard]] Result<void> start();
  /// Ends its process group; a job that is over stays so.
  void cancel();
  /// It has no limit of time any more, either.
  void detach();
  /// Whoever still listens is told that it is not kept any longer.
  void expire();

  // What a JobStream tells and asks.

  void add(JobStream& stream);
  void remove(JobStream& stream);
  /// Lets the program wait, or go on: by whether its asker has room.
  void steer();
  /// Gives how many of `bytes` were taken.
  [[nodiscard]] std::size_t write(ByteView bytes);
  void end_input();

  [[nodiscard]] const std::string& id() const { return settings_.id; }
  [[nodiscard]] bool is_detached() const { return settings_.is_detached; }
  /// The program has ended, or will not begin.
  [[nodiscard]] bool is_over() const { return stage_ == Stage::over; }
  [[nodiscard]] bool has_streams() const { return !streams_.empty(); }
  [[nodiscard]] const OutputLog& log() const { return log_; }
  /// Why the program did not begin; nothing where it did, or has not yet.
  [[nodiscard]] std::optional<Reply> failure() const;
  /// As shell.jobs lists it.
  [[nodiscard]] Json describe() const;
  /// The value of its streams' end, once it is over.
  [[nodiscard]] Json result() const;

 private:
  enum class Stage : std::uint8_t { waiting, running, over };

  void on_output(os::Output output, ByteView bytes) noexcept override;
  void on_input_room() noexcept override;
  void give_up();
  void end(os::SubprocessOutcome outcome);
  void tell_streams();

  net::Loop& loop_;  // Outlives it.
  Settings settings_;
  std::function<void()> on_change_;
  const Wall started_;
  const Steady started_at_;
  Stage stage_ = Stage::waiting;
  OutputLog log_;
  os::SubprocessOutcome outcome_;
  std::vector<JobStream*> streams_;  // Each takes itself out.
  JobStream* asker_ = nullptr;       // One of them.
  std::unique_ptr<os::Subprocess> process_;
};

}  // namespace malinka::agent::shell
