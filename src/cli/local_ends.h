// SPDX-License-Identifier: MIT
// The ends of a copy that are on this machine: files, and standard input and output.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cli/copy_ends.h"

namespace malinka::cli {

/// `-` is standard input.
[[nodiscard]] std::unique_ptr<CopySource> make_local_source(const std::string& path);

/// All of it or nothing, never over an existing file unless asked; a link is followed; what is no
/// file (a pipe, a device) is written to. `-` is standard output.
[[nodiscard]] std::unique_ptr<CopySink> make_local_sink(const std::string& path,
                                                        Overwrite overwrite);

[[nodiscard]] bool is_local_folder(const std::string& path);

}  // namespace malinka::cli
