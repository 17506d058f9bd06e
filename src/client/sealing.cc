// SPDX-License-Identifier: MIT
#include "client/sealing.h"

#include <string>
#include <utility>

#include "base/files.h"
#include "base/limits.h"
#include "base/private_files.h"
#include "base/try.h"
#include "base/utf8.h"

namespace malinka::client {

Result<Sealing> make_sealing(std::string_view channel, std::string_view password,
                             const std::string& state_folder) {
  KnownDevices known = TRY(KnownDevices::open(state_folder + "/known_devices"));
  seal::ChannelKeys keys = TRY(seal::ChannelKeys::from_text(channel, password));
  return Sealing{.keys = std::move(keys),
                 .identity = {},
                 .known_devices = std::make_shared<KnownDevices>(std::move(known))};
}

Result<Sealing> make_device_sealing(std::string_view channel, std::string_view password,
                                    const std::string& state_folder) {
  Sealing sealing = TRY(make_sealing(channel, password, state_folder));
  sealing.identity = TRY(load_identity(identity_path(state_folder)));
  return sealing;
}

Result<void> check_password(std::string_view password) {
  if (password.size() <= limits::key_bytes_max && base::is_utf8(password)) return {};
  return fail(std::errc::invalid_argument, "the password is too long, or not UTF-8");
}

std::string identity_path(const std::string& state_folder) { return state_folder + "/identity"; }

Result<seal::Secret> load_identity(const std::string& path) {
  auto text = base::read_file(path, seal::key_bytes);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) {
    // Another of the same folder may start at this moment: whoever is first has made it.
    const auto made = base::create_private_file(path, as_text(seal::Secret::random().view()));
    if (!made && made.error().code != std::errc::file_exists) return std::unexpected(made.error());
    text = base::read_file(path, seal::key_bytes);
  }
  if (!text && text.error().code != std::errc::file_too_large) return std::unexpected(text.error());
  if (!text || text->size() != seal::key_bytes)
    return fail(std::errc::bad_message,
                path +
                    " is not an identity; remove it, and the device gets a new one, which "
                    "everyone has to accept");
  seal::Secret identity(
      std::span<const std::byte, seal::key_bytes>(as_bytes(*text).data(), seal::key_bytes));
  seal::wipe(std::as_writable_bytes(std::span(*text)));
  return identity;
}

}  // namespace malinka::client
