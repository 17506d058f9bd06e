// SPDX-License-Identifier: MIT
// Files on this machine, whole: what cp reads and writes.

#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "cli/exit_code.h"

namespace malinka::cli {

struct LocalFile {
  std::string content;
  std::string mode;  ///< Octal, as 0644; empty for standard input.
};

/// `-` is standard input. Errors: the file's; larger than one message holds.
[[nodiscard]] Attempt<LocalFile> read_local_file(const std::string& path);

enum class Overwrite : std::uint8_t { no, yes };

/// All of it or nothing, never over an existing file unless asked; what is no file (a pipe, a
/// device) is written to.
[[nodiscard]] Attempt<void> write_local_file(const std::string& path, ByteView content,
                                             const std::string& octal_mode, Overwrite overwrite);

[[nodiscard]] bool is_local_folder(const std::string& path);

/// Why a file of that size cannot travel yet.
[[nodiscard]] std::string too_large_text(const std::string& path);

}  // namespace malinka::cli
