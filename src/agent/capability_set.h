// SPDX-License-Identifier: MIT
// Which capabilities this agent has: the one list.

#pragma once

#include "agent/config.h"
#include "agent/dispatch/dispatcher.h"
#include "agent/os/worker_pool.h"
#include "net/loop.h"

namespace malinka::agent {

/// What capabilities live on; all of it outlives them.
struct Habitat {
  net::Loop& loop;
  os::WorkerPool& workers;
  dispatch::Dispatcher& dispatcher;
  const Config& config;
};

/// Makes every capability and gives it to the dispatcher. May block. Errors: those of what cannot
/// do without something, as the simulated device without its temporary folder.
[[nodiscard]] Result<void> add_capabilities(const Habitat& habitat);

}  // namespace malinka::agent
