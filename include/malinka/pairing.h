// SPDX-License-Identifier: MIT
// Pairing: a device that was told no channel makes one with a password of its own, and keeps both
// where its owner finds the link to it.

#pragma once

#include <optional>
#include <string>

#include "malinka/channel_link.h"
#include "malinka/result.h"

namespace malinka {

/// A channel that nobody knows yet, as `home-7k2q9xwd`, with a password of 128 random bits.
[[nodiscard]] ChannelLink make_pairing(std::string hub);

/// The file in which a device keeps its pairing.
[[nodiscard]] std::string pairing_path(const std::string& state_folder);
/// Nothing where there is none. Errors: the file's; std::errc::bad_message where it is no pairing,
/// the context being a sentence.
[[nodiscard]] Result<std::optional<ChannelLink>> read_pairing(const std::string& state_folder);
/// Replaces it whole, for its owner's eyes alone. A device that runs notices by itself. Errors: the
/// file's.
[[nodiscard]] Result<void> write_pairing(const std::string& state_folder,
                                         const ChannelLink& pairing);

/// The fingerprint of the device whose state is in the folder; empty where it has no identity yet.
/// Errors: the file's; std::errc::bad_message where it is no identity.
[[nodiscard]] Result<std::string> own_fingerprint(const std::string& state_folder);

}  // namespace malinka
