// SPDX-License-Identifier: MIT
// What the agent tells whoever started it: each join on standard output, each problem once on
// standard error, with what to do about it.

#pragma once

#include <optional>
#include <string>

#include "malinka/channel_link.h"
#include "malinka/client.h"

namespace malinka::agent {

/// What there is to say about a status; nothing while it is on its way, or has been closed.
struct Notice {
  bool is_joined = false;  ///< For standard output, else for standard error.
  std::string text;
};

[[nodiscard]] std::optional<Notice> make_notice(const ClientStatus& status);

/// The link to a device that made its channel itself. On a terminal its QR code is with it;
/// anywhere else it stands alone. Errors: those of make_link.
[[nodiscard]] Result<std::string> make_invitation(const ChannelLink& link, bool is_terminal);

/// Keeps from saying the same twice in a row: a device may try for days. **Value.**
class Notices {
 public:
  /// What is new about `status`.
  [[nodiscard]] std::optional<Notice> take(const ClientStatus& status);

 private:
  std::string last_problem_;  // Empty while it is joined.
};

}  // namespace malinka::agent
