// SPDX-License-Identifier: MIT
// What a copy comes to: which files go where, and the folders that they need.

#pragma once

#include <string>
#include <vector>

#include "cli/session.h"
#include "cli/target.h"

namespace malinka::cli {

struct CopyJob {
  Target from;
  Target to;
};

struct CopyPlan {
  std::vector<Target> folders;  ///< To be made, the upper ones first.
  std::vector<CopyJob> files;
  std::vector<std::string> passed_over;  ///< Links and special files inside of folders.
};

/// Whether folders are copied with what is in them.
enum class Depth { files, folders };

/// Adds what copying `source` to `goal`, or into it where it is a folder or is named as one, needs.
/// Errors: those of looking at either.
[[nodiscard]] Attempt<void> add_to_plan(Session& session, const Target& source, Target goal,
                                        Depth depth, CopyPlan& plan);

/// Makes a folder and those above it; one that is there already is no error.
[[nodiscard]] Attempt<void> make_folder(Session& session, const Target& folder);

}  // namespace malinka::cli
