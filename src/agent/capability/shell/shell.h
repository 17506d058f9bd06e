// SPDX-License-Identifier: MIT
// The capability `shell`: one command line at a time per job, with its output, exit code and an end
// in time.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/capability/capability.h"
#include "agent/os/shell_user.h"
#include "agent/os/subprocess.h"
#include "net/loop.h"

namespace malinka::agent::shell {

/// **Loop-bound.** At most limits::shell_jobs_max at once. Destroying it kills them all.
class Shell final : public Capability {
 public:
  Shell(net::Loop& loop, os::ShellUser user);
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
  os::ShellUser user_;
  std::map<std::uint64_t, Job> jobs_;
  std::uint64_t next_number_ = 0;
};

}  // namespace malinka::agent::shell
