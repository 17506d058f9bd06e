// SPDX-License-Identifier: MIT
// Small files that are nobody else's business: mode 0600, in folders of mode 0700.

#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::base {

/// Where this program keeps what it has to remember: $STATE_DIRECTORY (the first of several, as
/// systemd gives them), else ~/.local/state/malinka. Errors:
/// std::errc::no_such_file_or_directory where there is no home.
[[nodiscard]] Result<std::string> state_folder();

/// Replaces the file whole, whose owner stays, or leaves it as it was. Makes its folder where it is
/// missing. Errors: the system's; the context is the path.
[[nodiscard]] Result<void> write_private_file(const std::string& path, std::string_view text);
/// The same, but that what is there already stays as it is. Errors: also std::errc::file_exists.
[[nodiscard]] Result<void> create_private_file(const std::string& path, std::string_view text);

/// A private file of lines that grows, and that no other of its kind touches meanwhile.
class LockedFile {
 public:
  /// Waits its turn; makes file and folder where they are missing. Errors: as write_private_file.
  [[nodiscard]] static Result<LockedFile> open(const std::string& path);

  /// Errors: those of read(2), std::errc::file_too_large.
  [[nodiscard]] Result<std::string> read(std::size_t bytes_max) const;
  /// Adds a line behind what is there; one that was cut short does not swallow it. Errors: as
  /// write_private_file.
  [[nodiscard]] Result<void> append_line(std::string_view line) const;

 private:
  LockedFile(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  UniqueFd file_;
  std::string path_;
};

}  // namespace malinka::base
