// SPDX-License-Identifier: MIT
#include "agent/os/shell_user.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace malinka::agent::os {
namespace {

constexpr std::string_view program_path =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

}  // namespace

ShellUser choose_user(const std::string& configured) {
  User self = current_user();
  if (configured.empty() || configured == self.name) return {std::move(self), false, {}};
  Result<User> user = find_user(configured);
  if (!user)
    return {std::move(self), false,
            fmt::format("there is no user {}: set shell.user in agent.toml to one that exists",
                        configured)};
  if (geteuid() != 0)
    return {
        *std::move(user), true,
        fmt::format("only root may run commands as {0}, and the agent runs as {1}: run it as root, "
                    "or leave shell.user out",
                    configured, self.name)};
  return {*std::move(user), true, {}};
}

std::vector<std::string> clean_environment(const User& user, std::string_view shell,
                                           std::string_view terminal) {
  const char* const language = std::getenv("LANG");
  return {std::string(program_path),
          "HOME=" + user.home,
          "USER=" + user.name,
          "LOGNAME=" + user.name,
          "SHELL=" + std::string(shell),
          "TERM=" + std::string(terminal),
          std::string("LANG=") + (language != nullptr ? language : "C.UTF-8")};
}

}  // namespace malinka::agent::os
