// SPDX-License-Identifier: MIT
#include "cli/exit_code.h"

namespace malinka::cli {

Failure failure_of(const Answer& answer) {
  constexpr std::string_view value_member = "value.";
  std::string_view error = answer.error;
  if (error.starts_with(value_member)) error.remove_prefix(value_member.size());
  return {ExitCode::failed, answer.from, answer.code, std::string(error)};
}

Failure with_flag(Failure failure, std::string_view option, std::string_view flag) {
  const std::string asked = "ask for " + std::string(option);
  if (const std::size_t place = failure.error.find(asked); place != std::string::npos)
    failure.error.replace(place, asked.size(), "say " + std::string(flag));
  return failure;
}

}  // namespace malinka::cli
