// SPDX-License-Identifier: MIT
// Tells systemd how far the program is: a datagram to $NOTIFY_SOCKET, as sd_notify(3) describes it.

#pragma once

#include <string_view>

namespace malinka::base {

/// Sends `state`, as `READY=1`. Without a service manager that wants to know, nothing.
void notify_service_manager(std::string_view state);

}  // namespace malinka::base
