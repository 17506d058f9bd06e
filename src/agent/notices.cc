// SPDX-License-Identifier: MIT
#include "agent/notices.h"

#include <fmt/format.h>

#include "base/response_code.h"

namespace malinka::agent {
namespace {

std::string advise(const ClientStatus& status) {
  switch (static_cast<ResponseCode>(status.refusal_code)) {
    case ResponseCode::wrong_key:
      return "check the password (--password-file, or none for an open channel); trying again "
             "every minute";
    case ResponseCode::conflict:
      return fmt::format(
          "give this device another name than {} (--name), or end the other one; trying again",
          status.name);
    case ResponseCode::malformed: return "check --channel and --name; trying again";
    default: return "trying again";  // Whatever else a hub may say needs time alone.
  }
}

std::string describe_problem(const ClientStatus& status) {
  if (status.refusal_code != 0)
    return fmt::format("channel {} of {}: {}; {}", status.channel, status.hub,
                       status.error.message(), advise(status));
  return fmt::format("cannot reach {}: {}; trying again", status.hub, status.error.message());
}

}  // namespace

std::optional<Notice> make_notice(const ClientStatus& status) {
  switch (status.state) {
    case ClientState::joined:
      return Notice{true, fmt::format("joined {} as {}", status.channel, status.name)};
    case ClientState::connecting:
      if (!status.error.code) return {};
      return Notice{false, describe_problem(status)};
    case ClientState::refused: return Notice{false, describe_problem(status)};
    case ClientState::closed: return {};
  }
  return {};
}

std::optional<Notice> Notices::take(const ClientStatus& status) {
  std::optional<Notice> notice = make_notice(status);
  if (!notice) return {};
  if (notice->is_joined) {
    last_problem_.clear();
    return notice;
  }
  if (notice->text == last_problem_) return {};
  last_problem_ = notice->text;
  return notice;
}

}  // namespace malinka::agent
