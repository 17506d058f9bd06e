// SPDX-License-Identifier: MIT
#include "agent/os/pty.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/try.h"

namespace malinka::agent::os {
namespace {

using std::chrono::milliseconds;

/// What is read in one turn of the loop.
constexpr std::size_t share_bytes = 65536;
/// From SIGHUP to SIGKILL.
constexpr milliseconds end_grace{2000};
/// The same where we are going away ourselves, and nothing else can be done meanwhile.
constexpr milliseconds last_grace{50};
/// From the end of the program to no longer listening to who still has its terminal.
constexpr milliseconds output_grace{500};

}  // namespace

Result<std::unique_ptr<Pty>> Pty::start(net::Loop& loop, const SpawnSettings& settings,
                                        WindowSize size, PtyHandler& handler) {
  std::unique_ptr<Pty> pty(new Pty(loop, TRY(spawn_at_terminal(settings, size)), size, handler));
  TRY_VOID(loop.watch(pty->process_.exit.get(), pty->exit_watch_));
  TRY_VOID(loop.watch(pty->process_.terminal.get(), *pty));
  return pty;
}

Pty::Pty(net::Loop& loop, SpawnedAtTerminal process, WindowSize size, PtyHandler& handler)
    : loop_(loop), process_(std::move(process)), size_(size), handler_(handler) {}

Pty::~Pty() {
  loop_.cancel(timer_);
  loop_.forget(process_.exit.get());
  loop_.forget(process_.terminal.get());
  if (!has_exited_) {
    signal_groups(SIGHUP);
    signal_groups(SIGCONT);  // What is stopped would not hear of it.
    pollfd exit{.fd = process_.exit.get(), .events = POLLIN, .revents = 0};
    if (poll(&exit, 1, static_cast<int>(last_grace.count())) == 0) signal_groups(SIGKILL);
  }
  // Not before this line, so that its number still means its group and no other.
  waitpid(process_.pid, nullptr, WNOHANG);
}

std::size_t Pty::write(ByteView keys) {
  std::size_t written = 0;
  while (written < keys.size() && !has_shown_all_) {
    const ByteView rest = keys.subspan(written);
    const ssize_t size = ::write(process_.terminal.get(), rest.data(), rest.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return written;
    if (size < 0) break;  // Nobody is there to read them.
    written += static_cast<std::size_t>(size);
  }
  return keys.size();
}

void Pty::resume() {
  if (std::exchange(is_paused_, false)) read_in_next_turn();
}

void Pty::resize(WindowSize size) {
  size_ = size;
  set_window_size(process_.terminal, size);
}

void Pty::redraw() {
  const pid_t foreground = tcgetpgrp(process_.terminal.get());
  if (foreground > 0) kill(-foreground, SIGWINCH);
}

void Pty::hang_up() {
  if (has_exited_) return;
  signal_groups(SIGHUP);
  signal_groups(SIGCONT);
  set_timer(end_grace, [this] { signal_groups(SIGKILL); });
}

void Pty::on_ready(net::Readiness readiness) noexcept {
  read_share();
  if (readiness.is_writable && !is_over_) handler_.on_keys_room();
}

void Pty::read_share() {
  std::array<std::byte, share_bytes> share;
  std::size_t filled = 0;
  bool has_more = true;
  while (!is_paused_ && !has_shown_all_ && has_more && filled < share.size()) {
    const ssize_t size =
        read(process_.terminal.get(), share.data() + filled, share.size() - filled);
    if (size < 0 && errno == EINTR) continue;
    has_more = size >= 0 || errno != EAGAIN;
    if (has_more && size <= 0) has_shown_all_ = true;  // EIO: nobody has the other end open.
    if (size > 0) filled += static_cast<std::size_t>(size);
  }
  if (is_over_) return;
  if (filled > 0) handler_.on_output(ByteView(share).first(filled));
  if (has_shown_all_ && has_exited_) return finish();
  if (filled == share.size()) read_in_next_turn();
}

void Pty::read_in_next_turn() {
  loop_.next_turn([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) read_share();
  });
}

void Pty::note_exit() {
  const std::optional<Exit> exit = has_exited_ ? std::nullopt : find_exit(process_.pid);
  if (!exit) return;
  has_exited_ = true;
  outcome_.exit_code = exit->code;
  outcome_.signal = exit->signal;
  if (has_shown_all_) return finish();
  wait_for_output();
}

/// While nobody takes what is shown, there is no hurry.
void Pty::wait_for_output() {
  set_timer(output_grace, [this] {
    if (is_paused_) return wait_for_output();
    finish();
  });
}

void Pty::finish() {
  if (std::exchange(is_over_, true)) return;
  loop_.cancel(std::exchange(timer_, net::no_timer));
  if (Result<void> begun = read_start_failure(process_.start_failure); !begun)
    outcome_.start_failure = std::move(begun.error());
  handler_.on_exit(outcome_);
}

/// The child makes its group itself: a moment after the fork there may be the child alone.
void Pty::signal_groups(int number) {
  if (kill(-process_.pid, number) != 0) kill(process_.pid, number);
  const pid_t foreground = tcgetpgrp(process_.terminal.get());
  if (foreground > 0 && foreground != process_.pid) kill(-foreground, number);
}

void Pty::set_timer(milliseconds delay, net::Task task) {
  loop_.cancel(timer_);
  timer_ = loop_.after(delay, [this, task = std::move(task)]() mutable {
    timer_ = net::no_timer;
    task();
  });
}

}  // namespace malinka::agent::os
