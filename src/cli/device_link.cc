// SPDX-License-Identifier: MIT
#include "cli/device_link.h"

#include "base/files.h"
#include "base/json.h"
#include "base/private_files.h"
#include "base/try.h"
#include "malinka/pairing.h"

namespace malinka::cli {
namespace {

constexpr std::string_view default_hub = "ws://127.0.0.1:31415";

Attempt<Json> read_config(const std::string& path, bool is_named) {
  auto config = base::read_toml(path);
  if (config) return *std::move(config);
  const bool is_missing = config.error().code == std::errc::no_such_file_or_directory;
  if (is_missing && !is_named) return Json::object();
  return local_failure("cannot read the agent's settings: " + config.error().message());
}

Attempt<std::string> read_config_password(const Json& config) {
  std::string password = text_of(config, "password");
  const std::string file = text_of(config, "password_file");
  if (!password.empty() || file.empty()) return password;
  auto text = base::read_password_file(file);
  if (!text) return local_failure("cannot read the password file: " + text.error().message());
  return *std::move(text);
}

bool is_sealed(const Json& config) {
  const Json* const sealed = find_member(config, "sealed");
  return sealed == nullptr || (*sealed != false && *sealed != "false");
}

std::unexpected<Failure> not_paired(const std::string& folder, const std::string& config_path) {
  return local_failure(
      "this device is not paired: there is no pairing in " + folder + ", and no channel in " +
      config_path +
      ". Start malinka-agent without a channel, which pairs it, and run this as the agent's user, "
      "or as root with STATE_DIRECTORY set to the agent's state folder. (What the agent was given "
      "by flags or its environment is not known here.)");
}

Attempt<DeviceLink> find_pairing(const Json& config, const std::string& config_path) {
  const auto folder = base::state_folder();
  if (!folder) return local_failure(folder.error().message());
  const auto pairing = read_pairing(*folder);
  if (!pairing && pairing.error().code == std::errc::bad_message)
    return local_failure(pairing.error().context);
  if (!pairing) return local_failure("cannot read the pairing: " + pairing.error().message());
  if (!*pairing) return not_paired(*folder, config_path);
  return DeviceLink{**pairing, *folder, is_sealed(config)};
}

}  // namespace

Attempt<DeviceLink> find_device_link(const std::string& config_path, bool is_config_named) {
  const Json config = TRY(read_config(config_path, is_config_named));
  std::string password = TRY(read_config_password(config));
  const std::string channel = text_of(config, "channel");
  if (channel.empty() && password.empty()) return find_pairing(config, config_path);
  if (channel.empty())
    return local_failure(config_path + " has a password, but no channel: set channel there");
  std::string hub = text_of(config, "hub");
  if (hub.empty()) hub = default_hub;
  return DeviceLink{{std::move(hub), channel, std::move(password)}, {}, is_sealed(config)};
}

}  // namespace malinka::cli
