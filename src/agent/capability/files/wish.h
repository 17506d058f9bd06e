// SPDX-License-Identifier: MIT
// What the value of a command says of a file that it is about, once it fits its schema.

#pragma once

#include <string>

#include "agent/capability/files/goal.h"
#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

/// The path that it names.
[[nodiscard]] const std::string& path_of(const Json& value, const char* member = "path");
[[nodiscard]] Replacing replacing_of(const Json& value);
/// What is wanted of a file that is written. Errors: FilesError::bad_time.
[[nodiscard]] Result<WriteWish> wish_of(const Json& value);

}  // namespace malinka::agent::files
