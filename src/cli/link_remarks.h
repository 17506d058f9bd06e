// SPDX-License-Identifier: MIT
// What a verb that goes on says of its link.

#pragma once

#include "cli/console.h"
#include "malinka/client.h"

namespace malinka::cli {

/// That it is lost, and that it is there again.
void remark_link(Console& console, const ClientStatus& status);

}  // namespace malinka::cli
