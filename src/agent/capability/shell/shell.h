// SPDX-License-Identifier: MIT
// The capability `shell`: command lines, answered when they are over, or as jobs with live output.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/shell/job.h"
#include "agent/capability/shell/job_stream.h"
#include "agent/os/shell_user.h"
#include "agent/os/subprocess.h"
#include "net/loop.h"

namespace malinka::agent::shell {

/// **Loop-bound.** At most limits::shell_jobs_max run at once; limits::shell_ended_jobs_max that
/// were detached are kept for limits::shell_kept_seconds. Destroying it kills them all.
class Shell final : public Capability {
 public:
  Shell(net::Loop& loop, os::ShellUser user);
  ~Shell() override;

  [[nodiscard]] std::string_view name() const override { return "shell"; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  /// A command that is answered when it is over.
  struct Answered {
    Answerer answer;
    std::unique_ptr<os::Subprocess> process;
  };

  void run_line(const Command& command, Answerer answer);
  void run_answered(const Command& command, Answerer answer);
  [[nodiscard]] Reply run_job(const Command& command);
  [[nodiscard]] Reply list() const;
  [[nodiscard]] Reply output(Job& job, const Command& command) const;
  [[nodiscard]] os::SubprocessSettings settings_for(const Json& value) const;
  [[nodiscard]] std::size_t running_count() const;
  [[nodiscard]] Job* find(const std::string& id) const;
  void end_answered(std::uint64_t number, os::SubprocessOutcome outcome);
  void settle(const std::string& id);
  void keep(const std::string& id);
  void drop(const std::string& id);

  net::Loop& loop_;  // Outlives it.
  os::ShellUser user_;
  std::map<std::uint64_t, Answered> answered_;
  std::uint64_t next_number_ = 0;
  std::vector<std::unique_ptr<Job>> jobs_;    // The oldest first.
  std::map<std::string, net::TimerId> kept_;  // Those that are over and were detached, by id.
};

}  // namespace malinka::agent::shell
