// SPDX-License-Identifier: MIT
// What a device made of a command: how it ended, what it wrote. spec/commands.json, shell.run.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "cli/exit_code.h"
#include "malinka/client.h"

namespace malinka::cli {

struct RunResult {
  std::string device;
  std::shared_ptr<const Json>
      reply;  ///< Null where there is none. One that ran out of time has one, and a failure.
  std::optional<Failure> failure;
};

/// `failure` is why `answer` is none that says yes.
[[nodiscard]] RunResult make_run_result(const Answer& answer, std::optional<Failure> failure);

/// Of a stream's end.
[[nodiscard]] RunResult make_run_result(std::string device, std::string_view end_value);

/// The command ran, and ended with 0.
[[nodiscard]] bool is_done(const RunResult& result);
/// Its exit code, `signal 9`, `time` where it had no more, or `-` where it did not run.
[[nodiscard]] std::string end_text(const RunResult& result);
/// `name` is stdout or stderr: the bytes that the command wrote there.
[[nodiscard]] std::string output_of(const RunResult& result, std::string_view name);
[[nodiscard]] bool is_output_cut(const RunResult& result);

/// DEVICE, EXIT and OUTPUT of each.
[[nodiscard]] std::string run_table(const std::vector<RunResult>& results);

/// 0 where all are done; 4 where the only fault is that devices are missing; else 1.
[[nodiscard]] ExitCode exit_code_of(const std::vector<RunResult>& results);

}  // namespace malinka::cli
