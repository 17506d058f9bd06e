// SPDX-License-Identifier: MIT
// What the program's end tells a script, and the failures that lead there.

#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/response_code.h"
#include "malinka/client.h"

namespace malinka::cli {

enum class ExitCode : int {
  done = 0,
  failed = 1,  ///< The device said no or failed; for `run`, any device.
  usage = 2,
  no_hub = 3,     ///< The hub cannot be reached or joined.
  no_device = 4,  ///< No such device in the channel.
};

/// Why something could not be done, in words for a person.
struct Failure {
  ExitCode exit_code = ExitCode::failed;
  std::string device;  ///< Empty where it is not about one.
  int code = 0;        ///< spec/errors.json, where there is one.
  std::string error;
};

template <typename T>
using Attempt = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> usage_failure(std::string error) {
  return std::unexpected(
      Failure{ExitCode::usage, {}, static_cast<int>(ResponseCode::malformed), std::move(error)});
}

/// Something on this machine went wrong: a file, the terminal.
[[nodiscard]] inline std::unexpected<Failure> local_failure(std::string error) {
  return std::unexpected(
      Failure{ExitCode::failed, {}, static_cast<int>(ResponseCode::failed), std::move(error)});
}

/// A device's answer that says no. Of what was wrong with a member of the command's value, it says
/// `percent`, not `value.percent`: a person here knows of no value.
[[nodiscard]] Failure failure_of(const Answer& answer);

/// A device says `ask for OPTION` of its protocol's; a person here says `flag`.
[[nodiscard]] Failure with_flag(Failure failure, std::string_view option, std::string_view flag);

}  // namespace malinka::cli
