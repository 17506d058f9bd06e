// SPDX-License-Identifier: MIT
// Where the device joins: the channel and password that it was given, or those that it made itself
// because it was given neither. docs/adr/0014-a-device-pairs-itself.md

#pragma once

#include <optional>
#include <string>

#include "base/options.h"
#include "client/subscriber.h"
#include "malinka/channel_link.h"
#include "malinka/result.h"

namespace malinka::agent {

/// A device that made its channel and password itself.
struct Paired {
  std::string state_folder;  ///< Where it keeps them.
  ChannelLink link;
  bool is_sealed = true;
  bool is_new = false;  ///< It did so just now.
};

struct Place {
  client::SubscriberSettings subscriber;  ///< Hub, channel, name and key.
  std::optional<Paired> paired;           ///< Nothing: the channel was given.
  bool is_password_weak = false;          ///< A hub's operator could guess it.
};

/// Pairs the device where neither channel nor password is set. Errors:
/// std::errc::invalid_argument; the context is a sentence that says what to set.
[[nodiscard]] Result<Place> read_place(const base::Options& options);

/// `subscriber` in the channel that `link` says, at the hub that it has already. Takes a tenth of a
/// second. Errors: as read_place.
[[nodiscard]] Result<client::SubscriberSettings> move_place(client::SubscriberSettings subscriber,
                                                            const ChannelLink& link,
                                                            bool is_sealed);

}  // namespace malinka::agent
