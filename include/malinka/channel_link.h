// SPDX-License-Identifier: MIT
// A link brings a person to a channel: http[s]://HOST[:PORT]/#CHANNEL/PASSWORD, channel and
// password percent-encoded. A browser opens it, and keeps what stands behind the # to itself.

#pragma once

#include <string>
#include <string_view>

#include "malinka/result.h"

namespace malinka {

/// What a link says. **Value.**
struct ChannelLink {
  std::string hub;  ///< http[s]://HOST[:PORT], or as ClientOptions has it.
  std::string channel;
  /// Empty: the channel is open. That of a view link begins with `view1.`.
  std::string password;

  bool operator==(const ChannelLink&) const = default;
};

/// The parts of a link; blanks around it are no part of it. Errors: std::errc::invalid_argument,
/// without the link in the context: there may be a password in it.
[[nodiscard]] Result<ChannelLink> parse_link(std::string_view text);

/// The link. Where the hub's path is not /bus, it stands in front of the #. Errors:
/// std::errc::invalid_argument for a hub that is no address, or a channel that is no name.
[[nodiscard]] Result<std::string> make_link(const ChannelLink& link);

/// The same place for those who may watch and not command: a sealed channel's view link. Takes a
/// tenth of a second. Errors: std::errc::invalid_argument where there is no password;
/// std::errc::not_enough_memory.
[[nodiscard]] Result<ChannelLink> to_view_link(const ChannelLink& link);

}  // namespace malinka
