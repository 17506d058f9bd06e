// SPDX-License-Identifier: MIT
#include "seal/channel_keys.h"

#include <array>

#include "base/base64.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::seal {
namespace {

std::array<std::byte, 16> salt_of(std::string_view channel) {
  std::string text(limits::protocol_version);
  text.push_back('\0');
  text += channel;
  std::array<std::byte, 16> salt{};
  hash_blake2b(as_bytes(text), salt);
  return salt;
}

}  // namespace

Result<ChannelKeys> ChannelKeys::from_password(std::string_view channel,
                                               std::string_view password) {
  const Secret control = TRY(stretch_password(password, salt_of(channel)));
  return ChannelKeys(control, derive(control, "view"));
}

Result<ChannelKeys> ChannelKeys::from_view_link(std::string_view view_password) {
  constexpr std::string_view problem = "the key of the view link is not whole";
  if (!view_password.starts_with(view_prefix)) return fail(std::errc::invalid_argument, problem);
  const std::string_view encoded = view_password.substr(view_prefix.size());
  auto view = base::decode_base64url(encoded);
  if (!view || view->size() != key_bytes) return fail(std::errc::invalid_argument, problem);
  const Secret secret(std::span<const std::byte, key_bytes>(view->data(), key_bytes));
  wipe(*view);
  return ChannelKeys(std::nullopt, secret);
}

Result<ChannelKeys> ChannelKeys::from_text(std::string_view channel, std::string_view text) {
  return text.starts_with(view_prefix) ? from_view_link(text) : from_password(channel, text);
}

std::string ChannelKeys::join_key() const {
  return base::encode_base64url(derive(view_, "join").view());
}

std::optional<Secret> ChannelKeys::session_key(Level level) const {
  if (level == Level::view) return derive(view_, "session");
  if (!control_) return std::nullopt;
  return derive(*control_, "session");
}

std::string ChannelKeys::view_password() const {
  return std::string(view_prefix) + base::encode_base64url(view_.view());
}

}  // namespace malinka::seal
