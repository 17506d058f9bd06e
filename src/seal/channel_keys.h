// SPDX-License-Identifier: MIT
// From a channel's password, or a view link, to the keys of its sessions and the key that the hub
// sees. docs/protocol.md section 8, Keys.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "malinka/result.h"
#include "seal/primitives.h"

namespace malinka::seal {

/// What a session may do. The value is the one on the wire, and each includes those below it.
enum class Level : std::uint8_t { view = 1, control = 2 };

/// So begins what a view link has in a password's place.
inline constexpr std::string_view view_prefix = "view1.";

/// **Value.**
class ChannelKeys {
 public:
  /// Takes a tenth of a second and 64 MiB. Errors: std::errc::not_enough_memory.
  [[nodiscard]] static Result<ChannelKeys> from_password(std::string_view channel,
                                                         std::string_view password);
  /// `view_password` begins with view_prefix. Errors: std::errc::invalid_argument.
  [[nodiscard]] static Result<ChannelKeys> from_view_link(std::string_view view_password);
  /// Either of the two.
  [[nodiscard]] static Result<ChannelKeys> from_text(std::string_view channel,
                                                     std::string_view text);

  /// The highest level that these keys give.
  [[nodiscard]] Level level() const { return control_ ? Level::control : Level::view; }
  /// What opens the channel at the hub, which learns nothing more by it.
  [[nodiscard]] std::string join_key() const;
  /// The pre-shared key of sessions; nothing where `level` is above level().
  [[nodiscard]] std::optional<Secret> session_key(Level level) const;
  /// What a view link has in a password's place.
  [[nodiscard]] std::string view_password() const;

 private:
  ChannelKeys(const std::optional<Secret>& control, const Secret& view)
      : control_(control), view_(view) {}

  std::optional<Secret> control_;
  Secret view_;
};

}  // namespace malinka::seal
