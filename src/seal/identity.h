// SPDX-License-Identifier: MIT
// A device's identity as people compare it, and what a session is bound to.

#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "seal/form.h"
#include "seal/primitives.h"

namespace malinka::seal {

/// 26 letters and digits in groups of four, as `k7qd-2fmx-…`. docs/protocol.md section 8, Session.
[[nodiscard]] std::string fingerprint_of(const PublicKey& identity);

/// Where a session belongs, and whose it is.
struct SessionPlace {
  std::string_view channel;
  std::string_view initiator;
  std::string_view responder;
};

/// What both ends' handshakes begin with, so that no hub can carry a session elsewhere.
[[nodiscard]] Bytes make_prologue(Level level, const Id& session, const SessionPlace& place);

}  // namespace malinka::seal
