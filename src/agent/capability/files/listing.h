// SPDX-License-Identifier: MIT
// One page of a folder, however many entries it has.

#pragma once

#include <cstddef>

#include "agent/capability/files/roots.h"
#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::agent::files {

struct Page {
  std::size_t offset = 0;
  std::size_t limit = 0;
};

/// The reply of files.list. Memory: limits::files_folder_bytes_max and one page. An entry that
/// vanishes meanwhile is left out. Errors: as open_place; FilesError::too_many_names.
[[nodiscard]] Result<Json> list_folder(const Place& place, Page page);

/// The same for the folder of the roots: those that are there.
[[nodiscard]] Json list_roots(const Roots& roots, Page page);

}  // namespace malinka::agent::files
