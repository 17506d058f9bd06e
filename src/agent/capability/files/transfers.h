// SPDX-License-Identifier: MIT
// Opening files.read and files.write as streams. May block: it runs on a worker.

#pragma once

#include "agent/capability/capability.h"
#include "agent/capability/files/folder_syncs.h"
#include "agent/capability/files/leftovers.h"
#include "agent/capability/files/roots.h"
#include "agent/os/worker_pool.h"

namespace malinka::agent::files {

/// Whether a command is one of the two, asked for as a stream.
[[nodiscard]] bool is_transfer(const Command& command);

/// What transfers share.
struct Surroundings {
  os::WorkerPool& workers;  ///< Outlives the streams that are opened.
  const Roots& roots;
  Leftovers& leftovers;
  FolderSyncs& syncs;
};

/// The reply that accepts the stream, or says why not.
[[nodiscard]] Reply open_transfer(const Surroundings& around, const Command& command);

}  // namespace malinka::agent::files
