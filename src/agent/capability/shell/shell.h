// SPDX-License-Identifier: MIT
// The capability `shell`: one command line at a time per job, with its output, exit code and an end
// in time.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/capability/capability.h"
#include "agent/os/subprocess.h"
#include "agent/os/user.h"
#include "net/loop.h"

namespace malinka::agent::shell {

/// Whom command lines run as.
struct ShellUser {
  os::User user;
  bool is_switched = false;  ///< Not the agent's own: to become it needs root.
  std::string problem;       ///< Why nobody can run anything; empty where all is well.
};

/// Of `shell.user` in agent.toml; empty for the agent's own. Fails closed: with a problem, no
/// command runs at all.
[[nodiscard]] ShellUser choose_user(const std::string& configured);

/// **Loop-bound.** At most limits::shell_jobs_max at once. Destroying it kills them all.
class Shell final : public Capability {
 public:
  Shell(net::Loop& loop, ShellUser user);
  ~Shell() override;

  [[nodiscard]] std::string_view name() const override { return "shell"; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  struct Job {
    Answerer answer;
    std::unique_ptr<os::Subprocess> process;
  };

  [[nodiscard]] os::SubprocessSettings settings_for(const Json& value) const;
  void end(std::uint64_t number, os::SubprocessOutcome outcome);

  net::Loop& loop_;  // Outlives it.
  ShellUser user_;
  std::map<std::uint64_t, Job> jobs_;
  std::uint64_t next_number_ = 0;
};

}  // namespace malinka::agent::shell
