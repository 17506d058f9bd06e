// SPDX-License-Identifier: MIT
#include "cli/link_remarks.h"

#include "cli/printable.h"

namespace malinka::cli {

void remark_link(Console& console, const ClientStatus& status) {
  if (status.state == ClientState::joined) console.remark("malinka: joined again");
  if (status.state == ClientState::connecting && status.error.code)
    console.remark("malinka: " + printable(status.error.message()) + "; trying again");
  if (status.state == ClientState::refused)
    console.remark("malinka: " + printable(status.error.message()));
}

}  // namespace malinka::cli
