// SPDX-License-Identifier: MIT
#include "agent/config.h"

#include <array>

#include "agent/config_tables.h"
#include "base/try.h"

namespace malinka::agent {
namespace {

using base::Exit;
using base::OptionKind;
using base::Options;
using base::OptionSpec;

/// A simulated device is for looking at: its plot should move.
constexpr std::chrono::seconds simulated_interval{2};

constexpr std::array<OptionSpec, 7> option_specs = {{
    {"hub", "URL", "the hub, as wss://hub.example [ws://127.0.0.1:31415]"},
    {"channel", "NAME", "the channel to join [one of its own, with a password]"},
    {"name", "NAME", "what the device is called there [the host's name]"},
    {"password-file", "FILE", "where the channel's password is"},
    {"password", "", "", OptionKind::not_flag},
    {"sealed", "", "", OptionKind::not_flag},
    {"simulate", "", "a board that needs no hardware", OptionKind::toggle},
}};

constexpr std::array<std::string_view, 6> table_names = {"policy",    "files", "shell",
                                                         "telemetry", "gpio",  "tv"};

constexpr base::ProgramSpec program = {
    .name = "malinka-agent",
    .about = "Lets people in a channel reach, watch and control this device.",
    .options = option_specs,
    .config_path = "/etc/malinka/agent.toml",
    .tables = table_names,
    .examples =
        "Each setting is also an environment variable, as MALINKA_CHANNEL, and a key of the file.\n"
        "The password is read from a file or from MALINKA_PASSWORD, never from a flag. With "
        "neither\n"
        "channel nor password the device makes both, keeps them, and prints the link to it;\n"
        "`malinka pair` shows that again.\n"
        "\n"
        "  malinka-agent --hub wss://hub.example\n"
        "  malinka-agent --channel home-7k2q9xwd --password-file /etc/malinka/password\n"
        "  malinka-agent --channel try --simulate\n",
};

Result<Config> make_config(const Options& options) {
  Config config;
  config.is_simulated = options.is_set("simulate");
  if (config.is_simulated) config.telemetry_interval = simulated_interval;
  TRY_VOID(read_tables(options.file(), config));
  config.place = TRY(read_place(options));  // Last: it may pair the device.
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
