// SPDX-License-Identifier: MIT
// A place on the command line: a path on a device (DEV:PATH), a path here, or `-`.

#pragma once

#include <string>
#include <string_view>

#include "cli/exit_code.h"

namespace malinka::cli {

struct Target {
  std::string device;  ///< Empty: on this machine.
  std::string path;    ///< On a device: absolute.

  [[nodiscard]] bool is_remote() const { return !device.empty(); }
  /// `-`: standard input or output.
  [[nodiscard]] bool is_standard_stream() const { return device.empty() && path == "-"; }
  [[nodiscard]] std::string text() const { return is_remote() ? device + ':' + path : path; }
};

/// DEV:PATH splits at the first colon, unless a slash comes before it: `./a:b` is a file here.
[[nodiscard]] Attempt<Target> parse_target(std::string_view text);

/// The same where only a device will do; `DEV` alone and `DEV:` mean its `/`.
[[nodiscard]] Attempt<Target> parse_remote_target(std::string_view text);

/// The last part of a path, without trailing slashes; empty for `/`.
[[nodiscard]] std::string file_name_of(std::string_view path);

/// `name` within `folder`.
[[nodiscard]] std::string join_path(std::string_view folder, std::string_view name);

}  // namespace malinka::cli
