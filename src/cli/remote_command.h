// SPDX-License-Identifier: MIT
// A command on one device as if it ran here: its outputs come as it writes them, standard input is
// its input, Ctrl-C cancels it.

#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "base/json_fwd.h"
#include "base/unique_fd.h"
#include "cli/interrupts.h"
#include "cli/program.h"
#include "cli/run_result.h"

namespace malinka::cli {

struct CommandWish {
  std::string device;
  const Json& value;  ///< Of shell.run.
  bool passes_input = false;
  std::chrono::milliseconds timeout{0};  ///< Of a device that answers only when it is over.
  /// Of one device among several: before each line of its output. Ctrl-C then ends this program.
  std::string line_prefix{};
};

class RemoteCommand {
 public:
  RemoteCommand(Program& program, Session& session, CommandWish wish)
      : program_(program), session_(session), wish_(std::move(wish)) {}

  /// Until it has ended, or the person would not wait for that. Errors: what the device said; a
  /// lost link.
  [[nodiscard]] Attempt<ExitCode> run();

 private:
  [[nodiscard]] ExitCode print(const RunResult& result);
  [[nodiscard]] Attempt<ExitCode> stay();
  void give_input();
  void heed_interrupts(const Interrupts& interrupts);
  void cancel();
  void give_up();

  Program& program_;  // These two outlive it.
  Session& session_;
  CommandWish wish_;
  std::string job_;
  UniqueFd is_over_;  // Readable once its helping threads are to end.
  std::unique_ptr<Stream> stream_;
  std::atomic<bool> is_left_ = false;
};

/// The end that a stream of a device's job had; what there is to say of it is said. Errors: why it
/// broke off.
[[nodiscard]] Attempt<ExitCode> report_end(Program& program, const std::string& device,
                                           const Stream::Outcome<std::string>& outcome);

}  // namespace malinka::cli
