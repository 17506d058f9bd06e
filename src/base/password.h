// SPDX-License-Identifier: MIT
// The settings `password` and `password-file`, of which a program has both: the one set in the
// stronger way counts.

#pragma once

#include <optional>
#include <string>

#include "base/options.h"
#include "malinka/result.h"

namespace malinka::base {

/// Nothing where neither is set; an empty `password` is not. Errors: std::errc::invalid_argument
/// for a file that cannot be read or is empty; the context is a sentence.
[[nodiscard]] Result<std::optional<std::string>> read_password(const Options& options);

}  // namespace malinka::base
