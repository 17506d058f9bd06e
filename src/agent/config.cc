// SPDX-License-Identifier: MIT
#include "agent/config.h"

#include <unistd.h>

#include <array>

#include "agent/config_tables.h"
#include "base/files.h"
#include "base/private_files.h"
#include "base/try.h"
#include "protocol/names.h"

namespace malinka::agent {
namespace {

using base::Exit;
using base::OptionKind;
using base::Options;
using base::OptionSpec;

constexpr std::string_view default_hub = "ws://127.0.0.1:31415";
/// A simulated device is for looking at: its plot should move.
constexpr std::chrono::seconds simulated_interval{2};

constexpr std::array<OptionSpec, 7> option_specs = {{
    {"hub", "URL", "the hub, as wss://hub.example [ws://127.0.0.1:31415]"},
    {"channel", "NAME", "the channel to join"},
    {"name", "NAME", "what the device is called there [the host's name]"},
    {"password-file", "FILE", "where the channel's password is"},
    {"password", "", "", OptionKind::not_flag},
    {"sealed", "", "", OptionKind::not_flag},
    {"simulate", "", "a board that needs no hardware", OptionKind::toggle},
}};

constexpr std::array<std::string_view, 4> table_names = {"policy", "files", "shell", "telemetry"};

constexpr base::ProgramSpec program = {
    .name = "malinka-agent",
    .about = "Lets people in a channel reach, watch and control this device.",
    .options = option_specs,
    .config_path = "/etc/malinka/agent.toml",
    .tables = table_names,
    .examples =
        "Each setting is also an environment variable, as MALINKA_CHANNEL, and a key of the file.\n"
        "The password is read from a file or from MALINKA_PASSWORD, never from a flag.\n"
        "\n"
        "  malinka-agent --channel home-7k2q9xwd --password-file /etc/malinka/password\n"
        "  malinka-agent --channel try --simulate\n",
};

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !protocol::is_name(name.data()))
    return "device";
  return name.data();
}

std::unexpected<Error> refuse_setting(const std::string& what) {
  return fail(std::errc::invalid_argument, what);
}

Result<std::string> read_password(const Options& options) {
  std::string password = options.text("password").value_or("");
  const std::optional<std::string> file = options.text("password-file");
  if (password.empty() && file) {
    Result<std::string> text = base::read_password_file(*file);
    if (!text) return refuse_setting("cannot read the password file " + text.error().message());
    if (text->empty()) return refuse_setting("the password file " + *file + " is empty");
    password = *std::move(text);
  }
  if (password.starts_with("view1."))
    return refuse_setting("a password must not begin with view1.: that is how view links begin");
  return password;
}

/// The channel's key: of a sealed one, what is derived from the password.
Result<void> read_key(const Options& options, client::SubscriberSettings& place) {
  std::string password = TRY(read_password(options));
  const bool is_sealed = TRY(options.truth("sealed", true));
  if (!is_sealed || password.empty()) {
    place.key = std::move(password);
    return {};
  }
  const std::string folder = TRY(base::state_folder());
  auto sealing = client::make_device_sealing(place.channel, password, folder);
  if (!sealing) return refuse_setting("cannot seal the channel: " + sealing.error().message());
  place.key = sealing->keys.join_key();
  place.sealing = *std::move(sealing);
  return {};
}

Result<void> read_place(const Options& options, client::SubscriberSettings& place) {
  place.hub = TRY(link::HubUrl::parse(options.text("hub").value_or(std::string(default_hub))));
  place.channel = options.text("channel").value_or("");
  place.name = options.text("name").value_or(host_name());
  place.is_device = true;
  if (place.channel.empty())
    return refuse_setting(
        "no channel is set: give --channel NAME, and a password by --password-file FILE or "
        "MALINKA_PASSWORD (or set channel and password_file in /etc/malinka/agent.toml)");
  if (!protocol::is_name(place.channel))
    return refuse_setting("channel: not a name that a channel can have");
  if (!protocol::is_name(place.name))
    return refuse_setting("name: not a name that a device can have");
  return read_key(options, place);
}

Result<Config> make_config(const Options& options) {
  Config config;
  TRY_VOID(read_place(options, config.subscriber));
  config.is_simulated = options.is_set("simulate");
  if (config.is_simulated) config.telemetry_interval = simulated_interval;
  TRY_VOID(read_tables(options.file(), config));
  return config;
}

}  // namespace

std::expected<Config, Exit> read_config(int argc, const char* const* argv) {
  const Options options = TRY(Options::read(program, argc, argv));
  Result<Config> config = make_config(options);
  if (config) return *std::move(config);
  // The context alone: it is a sentence already.
  return std::unexpected(Exit{2, "malinka-agent: " + config.error().context + "\n"});
}

}  // namespace malinka::agent
