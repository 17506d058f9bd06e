// SPDX-License-Identifier: MIT
// What can be wrong with a path or file, beyond what the system itself says; and the reply that
// each failure becomes.

#pragma once

#include <string_view>

#include "agent/capability/capability.h"
#include "base/error_category.h"
#include "malinka/result.h"

namespace malinka::agent::files {

enum class FilesError {
  bad_path = 1,
  outside_roots,
  leads_out,
  not_a_name,
  is_root,
  is_folder,
  is_pipe,
  is_socket,
  is_device,
  exists_already,
  folder_in_the_way,
  link_in_the_way,
  special_in_the_way,
  broken_link,
  not_empty,
  into_itself,
  too_large,
  too_many_names,
  too_deep,
  other_file_system,
  mount_inside,
  in_transfer,
  hash_differs,
  size_differs,
  behind_the_end,
  not_announced,
  bad_time,
};

[[nodiscard]] std::string_view describe(FilesError error);
[[nodiscard]] inline std::error_code make_error_code(FilesError error) {
  return base::error_code_of(error, "files");
}

/// The reply to a command that failed with a FilesError or an errno.
[[nodiscard]] Reply refusal(const Error& error);
/// The same where a stream breaks off by it.
[[nodiscard]] StreamFailure failure_of(const Error& error);

}  // namespace malinka::agent::files

template <>
struct std::is_error_code_enum<malinka::agent::files::FilesError> : std::true_type {};
