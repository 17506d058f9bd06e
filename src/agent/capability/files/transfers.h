// SPDX-License-Identifier: MIT
// Opening files.read and files.write as streams. May block: it runs on a worker.

#pragma once

#include "agent/capability/capability.h"
#include "agent/capability/files/roots.h"
#include "agent/os/worker_pool.h"

namespace malinka::agent::files {

/// Whether a command is one of the two, asked for as a stream.
[[nodiscard]] bool is_transfer(const Command& command);

/// The reply that accepts the stream, or says why not. `workers` outlives what it makes.
[[nodiscard]] Reply open_transfer(os::WorkerPool& workers, const Roots& roots,
                                  const Command& command);

}  // namespace malinka::agent::files
