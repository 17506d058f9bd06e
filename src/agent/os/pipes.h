// SPDX-License-Identifier: MIT
// Our ends of a program's standard streams, on the loop: what it says is handed on as it comes,
// what it is to read is given to it as it takes it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/unique_fd.h"
#include "net/loop.h"

namespace malinka::agent::os {

/// Reads one output to its end. **Loop-bound.**
class OutputPipe final : public net::ReadinessHandler {
 public:
  using Sink = std::function<void(ByteView bytes)>;

  /// `on_end` is called once, when the last process that held the other end is gone.
  OutputPipe(net::Loop& loop, UniqueFd fd, Sink sink, net::Task on_end);
  ~OutputPipe();
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  [[nodiscard]] Result<void> start();
  /// Leaves what comes in the pipe, where the program waits once it is full. Also in the sink's own
  /// call.
  void pause() { is_paused_ = true; }
  void resume();
  /// Hands on what the pipe holds, paused or not, and reads no more.
  void close();
  [[nodiscard]] bool has_ended() const { return !fd_.is_open(); }

 private:
  void on_ready(net::Readiness readiness) noexcept override;
  void read_share();
  [[nodiscard]] bool read_chunk();
  void read_in_next_turn();
  void end();

  net::Loop& loop_;  // Outlives the pipe.
  UniqueFd fd_;
  Sink sink_;
  net::Task on_end_;
  bool is_paused_ = false;
  std::shared_ptr<void> alive_ =
      std::make_shared<char>();  // Tells a task of the next turn that we are gone.
};

/// Writes one input. **Loop-bound.** Needs SIGPIPE ignored.
class InputPipe final : public net::ReadinessHandler {
 public:
  /// Begins with `bytes`. `on_room` is called when write() may take more.
  InputPipe(net::Loop& loop, UniqueFd fd, std::string bytes, net::Task on_room);
  ~InputPipe();
  InputPipe(const InputPipe&) = delete;
  InputPipe& operator=(const InputPipe&) = delete;

  [[nodiscard]] Result<void> start();
  /// Gives how many of `bytes` were taken: all of them where nobody is there to read any.
  [[nodiscard]] std::size_t write(ByteView bytes);
  /// No more is written; what it began with still is.
  void finish();

 private:
  void on_ready(net::Readiness readiness) noexcept override;
  void write_first();
  [[nodiscard]] std::size_t write_now(ByteView bytes);
  void end();

  net::Loop& loop_;  // Outlives the pipe.
  UniqueFd fd_;
  std::string first_;
  std::size_t written_ = 0;  // Of the first.
  bool is_finished_ = false;
  net::Task on_room_;
};

}  // namespace malinka::agent::os
