// SPDX-License-Identifier: MIT
#include "agent/os/user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace malinka::agent::os {
namespace {

std::vector<gid_t> groups_of(const passwd& account) {
  int count = 64;
  std::vector<gid_t> groups(64);
  while (getgrouplist(account.pw_name, account.pw_gid, groups.data(), &count) < 0)
    groups.resize(static_cast<std::size_t>(count));
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

User to_user(const passwd& account) {
  return {account.pw_name, account.pw_dir,     account.pw_uid,
          account.pw_gid,  groups_of(account), account.pw_shell};
}

}  // namespace

Result<User> find_user(const std::string& name) {
  // Called before there are other threads, and by tests: the static buffer of getpwnam is ours.
  const passwd* const account = getpwnam(name.c_str());
  if (account == nullptr) return fail(std::errc::no_such_process, name);
  return to_user(*account);
}

User current_user() {
  if (const passwd* const account = getpwuid(geteuid())) return to_user(*account);
  const char* const home = std::getenv("HOME");
  return {std::to_string(geteuid()),
          home != nullptr ? home : "/",
          geteuid(),
          getegid(),
          {getegid()},
          {}};
}

}  // namespace malinka::agent::os
