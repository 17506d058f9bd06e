// SPDX-License-Identifier: MIT
// What a subscriber needs to seal: the channel's keys, who it is if it is a device, and whom it
// knows. docs/protocol.md section 8.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/known_devices.h"
#include "seal/channel_keys.h"
#include "seal/secret.h"

namespace malinka::client {

struct Sealing {
  seal::ChannelKeys keys;
  /// The private key of a device: it answers hellos, and may tell events.
  std::optional<seal::Secret> identity;
  std::shared_ptr<KnownDevices> known_devices;  ///< Used on the loop's thread alone.
};

/// What `password`, or what a view link has in its place, comes to in `channel`; the rest from
/// `state_folder`. Takes a tenth of a second. Errors: std::errc::not_enough_memory,
/// std::errc::invalid_argument; those of the folder's files.
[[nodiscard]] Result<Sealing> make_sealing(std::string_view channel, std::string_view password,
                                           const std::string& state_folder);
/// The same for a device, which has an identity.
[[nodiscard]] Result<Sealing> make_device_sealing(std::string_view channel,
                                                  std::string_view password,
                                                  const std::string& state_folder);

/// Whether it can be a channel's password, or what a view link has in its place. Errors:
/// std::errc::invalid_argument; the context is a sentence.
[[nodiscard]] Result<void> check_password(std::string_view password);

/// Where a device keeps its identity.
[[nodiscard]] std::string identity_path(const std::string& state_folder);
/// The device's identity in `path`, made there where it is missing. Errors: the file's, or
/// std::errc::bad_message where it is not an identity.
[[nodiscard]] Result<seal::Secret> load_identity(const std::string& path);

}  // namespace malinka::client
