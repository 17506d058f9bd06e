// SPDX-License-Identifier: MIT
// Who runs something: the accounts of the device.

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "malinka/result.h"

namespace malinka::agent::os {

struct User {
  std::string name;
  std::string home;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< All of them, `gid` too.
  std::string shell{};        ///< What it logs in to; empty for /bin/sh.
};

/// May block where accounts come from a network. Errors: std::errc::no_such_process where there is
/// none of that name, with the name as context.
[[nodiscard]] Result<User> find_user(const std::string& name);

/// Whom this process runs as. Without an account, its name is the number and its home $HOME or /.
[[nodiscard]] User current_user();

}  // namespace malinka::agent::os
