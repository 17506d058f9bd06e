// SPDX-License-Identifier: MIT
#include "cli/login_file.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/json.h"
#include "base/private_files.h"
#include "base/try.h"

namespace malinka::cli {
namespace {

constexpr std::size_t file_bytes_max = 1U << 20;
constexpr std::array<std::string_view, 4> login_keys = {"hub", "channel", "password",
                                                        "password_file"};
constexpr std::string_view blanks = " \t";

/// What stands in front of the =, where the line begins with a key.
std::string_view key_of(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view key = line.substr(0, line.find('='));
  if (key.size() == line.size()) return {};
  return key.substr(0, key.find_last_not_of(blanks) + 1);
}

/// A basic string of TOML, which is one of JSON but for DEL.
std::string quoted(const std::string& text) {
  std::string quoted;
  for (const char letter : dump_json(text)) {
    if (letter == '\x7f')
      quoted += "\\u007f";
    else
      quoted += letter;
  }
  return quoted;
}

std::string login_lines(const ChannelLink& link) {
  std::string lines = "hub = " + quoted(link.hub) + "\nchannel = " + quoted(link.channel) + "\n";
  if (!link.password.empty()) lines += "password = " + quoted(link.password) + "\n";
  return lines;
}

Json expected_of(Json settings, const ChannelLink& link) {
  for (const std::string_view key : login_keys) settings.erase(std::string(key));
  settings["hub"] = link.hub;
  settings["channel"] = link.channel;
  if (!link.password.empty()) settings["password"] = link.password;
  return settings;
}

}  // namespace

/// Line by line, and then looked at as a whole: what was meant must have come of it.
Result<std::string> with_login(std::string_view settings, const ChannelLink& link) {
  const Json before = TRY(base::parse_toml(settings, "settings"));
  std::string text = login_lines(link);  // First: behind a table's heading they would be its own.
  for (std::string_view rest = settings; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (std::ranges::find(login_keys, key_of(line)) != login_keys.end()) continue;
    text += line;
    text += '\n';
  }
  const auto after = base::parse_toml(text, "settings");
  if (after && *after == expected_of(before, link)) return text;
  return fail(std::errc::not_supported);
}

Attempt<void> keep_login(const std::string& path, const ChannelLink& link) {
  auto settings = base::read_file(path, file_bytes_max);
  if (!settings && settings.error().code == std::errc::no_such_file_or_directory)
    settings = std::string();
  if (!settings) return local_failure(settings.error().message());
  const auto text = with_login(*settings, link);
  if (!text)
    return local_failure("cannot change " + path +
                         ": remove what it says of hub, channel, password and password_file");
  if (const auto written = base::write_private_file(path, *text); !written)
    return local_failure(written.error().message());
  return {};
}

}  // namespace malinka::cli
