// SPDX-License-Identifier: MIT
// A terminal on a device, shown at this one: keys there, what it shows here, and taken up again
// where a link was lost.

#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "cli/escape_keys.h"
#include "cli/program.h"

namespace malinka::cli {

struct TerminalWish {
  std::string device;
  std::string session;  ///< To take up; empty for a new one.
  bool only_watches = false;
};

class RemoteTerminal {
 public:
  RemoteTerminal(Program& program, Session& session, TerminalWish wish);

  /// Until the shell has ended, whose exit code it gives, or the person leaves. Standard input is a
  /// terminal. Errors: what the device said; a link that does not come back in time.
  [[nodiscard]] Attempt<ExitCode> run();

 private:
  /// Why keys are typed no longer.
  enum class News { none, left, ended };

  [[nodiscard]] Attempt<void> open();
  [[nodiscard]] Attempt<ExitCode> stay_until_end();
  [[nodiscard]] News stay();
  [[nodiscard]] Attempt<News> take_up();
  void show();
  [[nodiscard]] News take_keys();
  [[nodiscard]] News take_notes();
  [[nodiscard]] News wait_for_news(std::chrono::milliseconds at_most);
  void tell_size();
  [[nodiscard]] ExitCode leave();
  void say(const std::string& line);

  Program& program_;  // These two outlive it.
  Session& session_;
  TerminalWish wish_;
  bool is_writer_ = false;
  EscapeKeys escape_keys_;
  UniqueFd notes_, note_writer_;  // `w`: the window changed; `o`: what comes has come to its end.
  std::unique_ptr<Stream> stream_;
  std::optional<Stream::Outcome<std::string>>
      outcome_;  // The showing thread's, until it is joined.
};

}  // namespace malinka::cli
