// SPDX-License-Identifier: MIT
// The ends of a copy that are on a device.

#pragma once

#include <memory>

#include "base/json_fwd.h"
#include "cli/bundler.h"
#include "cli/copy_ends.h"

namespace malinka::cli {

/// What an entry (spec/commands.json) says of a file.
[[nodiscard]] FileFacts facts_of(const Json& entry);
[[nodiscard]] std::unique_ptr<CopySource> make_remote_source(Session& session,
                                                             const Target& target);
/// `bundler` takes what is small.
[[nodiscard]] std::unique_ptr<CopySink> make_remote_sink(Session& session, Bundler& bundler,
                                                         const Target& target, Overwrite overwrite);

}  // namespace malinka::cli
