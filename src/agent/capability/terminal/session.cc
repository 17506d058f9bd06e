// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/session.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/response_code.h"
#include "base/try.h"

namespace malinka::agent::terminal {
namespace {

/// How long a program that nobody looks at rests after each share of its output.
constexpr std::chrono::milliseconds unwatched_rest{50};

std::string end_value(const os::PtyOutcome& outcome) {
  if (outcome.exit_code) return dump_json({{"exitCode", *outcome.exit_code}});
  return dump_json({{"signal", outcome.signal.value_or(0)}});
}

}  // namespace

Result<std::unique_ptr<Session>> Session::start(net::Loop& loop, std::string id,
                                                const os::SpawnSettings& program,
                                                os::WindowSize size,
                                                std::function<void()> on_over) {
  std::unique_ptr<Session> session(new Session(loop, std::move(id), std::move(on_over)));
  session->pty_ = TRY(os::Pty::start(loop, program, size, *session));
  return session;
}

Session::Session(net::Loop& loop, std::string id, std::function<void()> on_over)
    : loop_(loop),
      id_(std::move(id)),
      since_(loop.clock().wall()),
      on_over_(std::move(on_over)),
      scrollback_(limits::terminal_scrollback_bytes) {}

Session::~Session() {
  loop_.cancel(keep_timer_);
  loop_.cancel(rest_timer_);
  for (Viewer* const viewer : viewers_) viewer->forget_session();
}

Role Session::role_for(const std::string& name) {
  Viewer* const other = writer();
  if (other == nullptr) return Role::writer;
  if (other->name() != name) return Role::watcher;
  other->stop_writing();
  return Role::writer;
}

void Session::hang_up() {
  is_ending_ = true;
  pty_->hang_up();
}

void Session::add(Viewer& viewer) {
  loop_.cancel(std::exchange(keep_timer_, net::no_timer));
  viewers_.push_back(&viewer);
  steer();
}

/// Whose stream never came about does not know of a session to take up.
void Session::remove(Viewer& viewer) {
  std::erase(viewers_, &viewer);
  steer();
  if (!viewers_.empty()) return;
  if (!was_shown_) return hang_up();
  keep_timer_ = loop_.after(std::chrono::seconds(limits::terminal_keep_seconds), [this] {
    keep_timer_ = net::no_timer;
    hang_up();
  });
}

/// What fills the screen is not to be had from the scrollback alone.
void Session::note_begin(const Viewer& viewer) {
  if (was_shown_ && viewer.is_writer()) pty_->redraw();
  was_shown_ = true;
  steer();
}

void Session::steer() {
  if (rest_timer_ != net::no_timer && viewers_.empty()) return;
  loop_.cancel(std::exchange(rest_timer_, net::no_timer));
  const bool has_room = viewers_.empty() || std::ranges::any_of(viewers_, &Viewer::has_room);
  if (has_room)
    pty_->resume();
  else
    pty_->pause();
}

Viewer* Session::writer() const {
  const auto found = std::ranges::find_if(viewers_, &Viewer::is_writer);
  return found == viewers_.end() ? nullptr : *found;
}

void Session::on_output(ByteView bytes) noexcept {
  scrollback_.append(bytes);
  for (Viewer* const viewer : viewers_) viewer->show(bytes);
  if (!viewers_.empty()) return steer();
  pty_->pause();
  rest_timer_ = loop_.after(unwatched_rest, [this] {
    rest_timer_ = net::no_timer;
    steer();
  });
}

void Session::on_keys_room() noexcept {
  if (Viewer* const viewer = writer()) viewer->type();
}

void Session::on_exit(const os::PtyOutcome& outcome) noexcept {
  is_ending_ = true;
  const bool has_begun = !outcome.start_failure.code;
  for (Viewer* const viewer : std::exchange(viewers_, {})) {
    if (has_begun)
      viewer->end(end_value(outcome));
    else
      viewer->fail({static_cast<int>(ResponseCode::failed),
                    "the shell was not started: " + outcome.start_failure.message()});
  }
  on_over_();
}

}  // namespace malinka::agent::terminal
