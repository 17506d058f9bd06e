// SPDX-License-Identifier: MIT
// Copying one file from one end to the other: in order, hashed, and again from where it broke off
// when a link was lost.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "cli/copy_ends.h"
#include "cli/session.h"

namespace malinka::cli {

/// How far a copy is; threads may look at it.
struct CopyState {
  std::atomic<std::uint64_t> bytes = 0;        ///< That are at the goal.
  std::atomic<std::uint64_t> bytes_total = 0;  ///< 0 where it is not known.
  std::atomic<bool> waits_for_link = false;
};

struct Copied {
  FileFacts facts;
  std::uint64_t bytes = 0;
  std::shared_ptr<const Json> entry;  ///< At the goal, where a device told; else null.
};

/// `what` names the copy, so that another attempt goes on with this one's part. Errors: those of
/// either end; a lost link only when it does not come back.
[[nodiscard]] Attempt<Copied> copy_file(Session& session, CopySource& source, CopySink& sink,
                                        const std::string& what, CopyState& state);

}  // namespace malinka::cli
