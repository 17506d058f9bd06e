// SPDX-License-Identifier: MIT
#include "agent/notices.h"

#include <fmt/format.h>

#include "base/qr_code.h"
#include "base/response_code.h"
#include "base/try.h"

namespace malinka::agent {
namespace {

std::string advise(const ClientStatus& status) {
  switch (static_cast<ResponseCode>(status.refusal_code)) {
    case ResponseCode::wrong_key:
      return "check the password (--password-file, or none for an open channel), and that all in "
             "the channel are sealed or none is (sealed = false); trying again every minute";
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

Result<std::string> make_invitation(const ChannelLink& link, bool is_terminal) {
  std::string text = TRY(make_link(link));
  if (!is_terminal) return text;
  return fmt::format(
      "Open this link in a browser, or read it with a phone:\n\n  {}\n\n{}\n`malinka pair` shows "
      "it again; `malinka pair --new` makes "
      "another in its place.\n",
      text, base::draw_qr_code(text).value_or(""));
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
