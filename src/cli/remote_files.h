// SPDX-License-Identifier: MIT
// What the file verbs share: questions about paths on a device.

#pragma once

#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "cli/session.h"
#include "cli/target.h"

namespace malinka::cli {

/// The type of what is there, as spec/commands.json has it; nothing where nothing is.
[[nodiscard]] Attempt<std::optional<std::string>> find_type(Session& session, const Target& target);

/// The whole listing of a folder as one reply of files.list, however many pages it took.
[[nodiscard]] Attempt<Json> list_folder(Session& session, const Target& target);

/// Where a file called `name` goes when it is copied or moved to `target`: into it, where that is a
/// folder.
[[nodiscard]] Attempt<Target> place_in(Session& session, const Target& target,
                                       const std::string& name);

/// One row of a listing.
struct EntryText {
  std::string mode, size, time, name;
};
enum class SizeStyle { bytes, human };
[[nodiscard]] EntryText entry_text(const Json& entry, SizeStyle style);

}  // namespace malinka::cli
