// SPDX-License-Identifier: MIT
// Our ends of a program's standard streams, on the loop: what it says is kept up to a bound and
// counted beyond it, so that it never waits for us.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "net/loop.h"

namespace malinka::agent::os {

/// What came out of a program.
struct Captured {
  std::string bytes;        ///< The first part, up to the bound.
  std::uint64_t total = 0;  ///< How many there were in all.
};

/// Reads one output to its end. **Loop-bound.**
class OutputPipe final : public net::ReadinessHandler {
 public:
  /// `on_end` is called once, when the last process that held the other end is gone.
  OutputPipe(net::Loop& loop, UniqueFd fd, std::size_t bytes_max, net::Task on_end);
  ~OutputPipe();
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  [[nodiscard]] Result<void> start();
  [[nodiscard]] bool has_ended() const { return !fd_.is_open(); }
  [[nodiscard]] Captured take() { return std::move(captured_); }

 private:
  void on_ready(net::Readiness readiness) noexcept override;
  void read_share();
  void keep(std::string_view bytes);
  void end();

  net::Loop& loop_;  // Outlives the pipe.
  UniqueFd fd_;
  const std::size_t bytes_max_;
  net::Task on_end_;
  Captured captured_;
  std::shared_ptr<void> alive_ =
      std::make_shared<char>();  // Tells a task of the next turn that we are gone.
};

/// Writes one input, then closes it; also when nobody wants to read it. **Loop-bound.** Needs
/// SIGPIPE ignored.
class InputPipe final : public net::ReadinessHandler {
 public:
  InputPipe(net::Loop& loop, UniqueFd fd, std::string bytes);
  ~InputPipe();
  InputPipe(const InputPipe&) = delete;
  InputPipe& operator=(const InputPipe&) = delete;

  [[nodiscard]] Result<void> start();

 private:
  void on_ready(net::Readiness readiness) noexcept override;
  void write_more();
  void end();

  net::Loop& loop_;  // Outlives the pipe.
  UniqueFd fd_;
  std::string bytes_;
  std::size_t written_ = 0;
};

}  // namespace malinka::agent::os
