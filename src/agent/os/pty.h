// SPDX-License-Identifier: MIT
// A program at a terminal of its own, from start to end, on the loop: what it shows, keys for it,
// its window's size, and the end of it and of what it has in the foreground.

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "agent/os/spawn.h"
#include "base/bytes.h"
#include "net/loop.h"

namespace malinka::agent::os {

struct PtyOutcome {
  Error start_failure;  ///< Its code is 0 where the program did begin.
  std::optional<int> exit_code;
  std::optional<int> signal;  ///< What ended it instead.
};

/// Who is told about a Pty; outlives it, and may not destroy it inside these calls.
class PtyHandler {
 public:
  virtual void on_output(ByteView bytes) noexcept = 0;
  /// Pty::write may take more again.
  virtual void on_keys_room() noexcept = 0;
  /// The last call: the program has ended, and all that it showed was told.
  virtual void on_exit(const PtyOutcome& outcome) noexcept = 0;

 protected:
  ~PtyHandler() = default;
};

/// **Loop-bound.** It is over when the program has ended and nobody shows anything any more; who
/// stays behind with the terminal may go on for half a second. Destroying it hangs up, and kills
/// what does not heed that at once.
class Pty final : net::ReadinessHandler {
 public:
  /// Errors: those of spawn_at_terminal and Loop::watch.
  [[nodiscard]] static Result<std::unique_ptr<Pty>> start(net::Loop& loop,
                                                          const SpawnSettings& settings,
                                                          WindowSize size, PtyHandler& handler);
  ~Pty();
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  /// Types `keys`; gives how many of them the terminal took.
  [[nodiscard]] std::size_t write(ByteView keys);
  /// Leaves what is shown in the terminal, where the program waits once it is full.
  void pause() { is_paused_ = true; }
  void resume();
  void resize(WindowSize size);
  /// Asks what is in the foreground to show itself anew.
  void redraw();
  /// SIGHUP, two seconds later SIGKILL, to the program's group and the one in the foreground.
  void hang_up();

  [[nodiscard]] WindowSize size() const { return size_; }

 private:
  struct ExitWatch final : net::ReadinessHandler {
    explicit ExitWatch(Pty& owner) : pty(owner) {}
    void on_ready(net::Readiness) noexcept override { pty.note_exit(); }
    Pty& pty;
  };

  Pty(net::Loop& loop, SpawnedAtTerminal process, WindowSize size, PtyHandler& handler);
  void on_ready(net::Readiness readiness) noexcept override;
  void read_share();
  void read_in_next_turn();
  void note_exit();
  void finish();
  void signal_groups(int number);
  void set_timer(std::chrono::milliseconds delay, net::Task task);
  void wait_for_output();

  net::Loop& loop_;  // Outlives it.
  SpawnedAtTerminal process_;
  WindowSize size_;
  PtyHandler& handler_;
  ExitWatch exit_watch_{*this};
  PtyOutcome outcome_;
  bool is_paused_ = false;
  bool has_exited_ = false;
  bool has_shown_all_ = false;  // Nobody has the terminal open any more.
  bool is_over_ = false;
  net::TimerId timer_ = net::no_timer;
  std::shared_ptr<void> alive_ = std::make_shared<char>();  // Tells a later turn that we are gone.
};

}  // namespace malinka::agent::os
