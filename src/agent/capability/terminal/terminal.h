// SPDX-License-Identifier: MIT
// The capability `terminal`: login shells at terminals, which outlive the links to them.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/terminal/session.h"
#include "agent/os/shell_user.h"
#include "net/loop.h"

namespace malinka::agent::terminal {

/// **Loop-bound.** At most limits::terminal_sessions_max. Destroying it hangs up on them all.
class Terminal final : public Capability {
 public:
  Terminal(net::Loop& loop, os::ShellUser user);
  ~Terminal() override;

  [[nodiscard]] std::string_view name() const override { return "terminal"; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  [[nodiscard]] Reply open(const Command& command);
  [[nodiscard]] Reply open_new(const Command& command);
  [[nodiscard]] Reply take_up(const Command& command);
  [[nodiscard]] Reply resize(const Command& command);
  [[nodiscard]] Reply list() const;
  [[nodiscard]] Reply accept(Session& session, const Command& command, Role role) const;
  [[nodiscard]] os::SpawnSettings program_for(const Json& value) const;
  /// Null where there is none of that id, or it is ending.
  [[nodiscard]] Session* find(const std::string& id) const;
  void end(const std::string& id);

  net::Loop& loop_;  // Outlives it.
  os::ShellUser user_;
  std::vector<std::unique_ptr<Session>> sessions_;  // The oldest first.
};

}  // namespace malinka::agent::terminal
