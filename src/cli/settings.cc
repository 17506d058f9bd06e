// SPDX-License-Identifier: MIT
#include "cli/settings.h"

#include <array>
#include <cstdlib>
#include <vector>

#include "base/password.h"
#include "base/try.h"

namespace malinka::cli {
namespace {

constexpr std::string_view default_hub = "ws://127.0.0.1:31415";

constexpr std::array options = {
    base::OptionSpec{"hub", "URL", "the hub [ws://127.0.0.1:31415]"},
    base::OptionSpec{"channel", "NAME", "the channel to join"},
    base::OptionSpec{"password-file", "FILE", "where the channel's password is"},
    base::OptionSpec{"password", "", "the channel's password", base::OptionKind::not_flag},
    base::OptionSpec{"sealed", "", "false: the hub may read along", base::OptionKind::not_flag},
    base::OptionSpec{"json", "", "print one JSON object per line", base::OptionKind::toggle},
};

std::unexpected<base::Exit> refuse(const Error& error) {
  return std::unexpected(
      base::Exit{static_cast<int>(ExitCode::usage), "malinka: " + error.context + "\n"});
}

}  // namespace

std::span<const base::OptionSpec> program_options() { return options; }

std::string settings_path() {
  const char* const config_home = std::getenv("XDG_CONFIG_HOME");
  const char* const home = std::getenv("HOME");
  if (config_home != nullptr && *config_home == '/')
    return std::string(config_home) + "/malinka/config.toml";
  return std::string(home != nullptr ? home : "") + "/.config/malinka/config.toml";
}

std::expected<Settings, base::Exit> read_settings(std::span<const std::string> flags) {
  const std::string path = settings_path();
  const base::ProgramSpec program{.name = "malinka",
                                  .about = {},
                                  .options = options,
                                  .config_path = path,
                                  .tables = {},
                                  .examples = {}};
  std::vector<const char*> words = {"malinka"};
  for (const std::string& flag : flags) words.push_back(flag.c_str());
  const base::Options read =
      TRY(base::Options::read(program, static_cast<int>(words.size()), words.data()));

  Settings settings;
  settings.hub = read.text("hub").value_or(std::string(default_hub));
  settings.channel = read.text("channel").value_or("");
  settings.is_json = read.is_set("json");
  settings.file = read.file_path().empty() ? path : read.file_path();
  auto password = base::read_password(read);
  if (!password) return refuse(password.error());
  settings.password = std::move(*password);
  const auto is_sealed = read.truth("sealed", true);
  if (!is_sealed) return refuse(is_sealed.error());
  settings.is_sealed = *is_sealed;
  return settings;
}

}  // namespace malinka::cli
