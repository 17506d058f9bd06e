// SPDX-License-Identifier: MIT
// One terminal with the login shell that runs at it, what it showed, and who is there.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/capability/terminal/scrollback.h"
#include "agent/capability/terminal/viewer.h"
#include "agent/os/pty.h"
#include "base/clock.h"
#include "net/loop.h"

namespace malinka::agent::terminal {

/// **Loop-bound.** It lives while its program does, and limits::terminal_keep_seconds at most
/// without anybody there. Only when nobody there has room does the program wait; when nobody is
/// there, it is listened to now and then.
class Session final : public net::Disposable, os::PtyHandler {
 public:
  /// `on_over` is called once, in a later turn; its owner may then dispose of it (Loop::dispose).
  /// Errors: those of Pty::start.
  [[nodiscard]] static Result<std::unique_ptr<Session>> start(net::Loop& loop, std::string id,
                                                              const os::SpawnSettings& program,
                                                              os::WindowSize size,
                                                              std::function<void()> on_over);
  ~Session() override;

  /// A role for `name`, who wants to write if that can be: there is nobody else who does. Whoever
  /// comes once more under the same name has lost the earlier link, and takes over from it.
  [[nodiscard]] Role role_for(const std::string& name);
  void resize(os::WindowSize size) { pty_->resize(size); }
  void hang_up();

  // What a Viewer tells and asks.

  void add(Viewer& viewer);
  void remove(Viewer& viewer);
  /// `viewer` has its stream, and was shown the scrollback.
  void note_begin(const Viewer& viewer);
  /// Lets the program wait, or go on: by whether anybody there has room.
  void steer();
  [[nodiscard]] std::size_t write(ByteView keys) { return pty_->write(keys); }
  [[nodiscard]] Bytes scrollback(std::size_t bytes_max) const {
    return scrollback_.tail(bytes_max);
  }

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] os::WindowSize size() const { return pty_->size(); }
  [[nodiscard]] Wall since() const { return since_; }
  [[nodiscard]] std::size_t viewer_count() const { return viewers_.size(); }
  /// Nobody may come any more.
  [[nodiscard]] bool is_ending() const { return is_ending_; }
  /// Null where nobody writes.
  [[nodiscard]] Viewer* writer() const;

 private:
  Session(net::Loop& loop, std::string id, std::function<void()> on_over);
  void on_output(ByteView bytes) noexcept override;
  void on_keys_room() noexcept override;
  void on_exit(const os::PtyOutcome& outcome) noexcept override;

  net::Loop& loop_;  // Outlives it.
  const std::string id_;
  const Wall since_;
  std::function<void()> on_over_;
  Scrollback scrollback_;
  std::vector<Viewer*> viewers_;  // Each takes itself out.
  bool was_shown_ = false;        // To anybody, ever.
  bool is_ending_ = false;
  net::TimerId keep_timer_ = net::no_timer;
  net::TimerId rest_timer_ = net::no_timer;
  std::unique_ptr<os::Pty> pty_;
};

}  // namespace malinka::agent::terminal
