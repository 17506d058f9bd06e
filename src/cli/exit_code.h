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

/// A device's answer that says no.
[[nodiscard]] inline Failure failure_of(const Answer& answer) {
  return {ExitCode::failed, answer.from, answer.code, answer.error};
}

/// A device speaks of its protocol's `option`; a person here has a flag for it.
[[nodiscard]] inline Failure with_hint(Failure failure, std::string_view option,
                                       std::string_view flag) {
  if (failure.error.find(option) != std::string::npos)
    failure.error += " (" + std::string(flag) + ")";
  return failure;
}

}  // namespace malinka::cli
