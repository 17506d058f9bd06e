// SPDX-License-Identifier: MIT
// Real connections for a HubLink: over TCP, and TLS where the hub's URL says so.

#pragma once

#include "client/hub_link.h"

namespace malinka::client {

/// Each call of what it returns is one attempt to reach `url` within `timeout`. What `engine`
/// refers to outlives it.
[[nodiscard]] ConnectFunction make_hub_dialer(link::Engine& engine, link::HubUrl url,
                                              std::chrono::milliseconds timeout);

}  // namespace malinka::client
