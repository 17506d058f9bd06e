// SPDX-License-Identifier: MIT
// malinka login: takes a link, tries it, and keeps it.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/json.h"
#include "base/try.h"
#include "cli/login_file.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/prompt.h"
#include "cli/verb.h"
#include "malinka/channel_link.h"

namespace malinka::cli {
namespace {

constexpr std::size_t link_bytes_max = 16U << 10;

Attempt<std::string> read_standard_input() {
  std::string text;
  char buffer[4096];
  while (text.size() <= link_bytes_max) {
    const ssize_t count = read(STDIN_FILENO, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return usage_failure("what comes on standard input is longer than any link");
}

/// Never from the command line: `ps` shows that.
Attempt<ChannelLink> ask_link() {
  std::string text = isatty(STDIN_FILENO) == 1 ? ask_secret("Link (it is not shown): ").value_or("")
                                               : TRY(read_standard_input());
  auto link = parse_link(text);
  if (!link) return usage_failure(link.error().context);
  return *std::move(link);
}

/// What is set elsewhere beats the file, so that the login would not be noticed.
void warn_of_environment(Console& console) {
  constexpr std::array names = {"MALINKA_HUB", "MALINKA_CHANNEL", "MALINKA_PASSWORD",
                                "MALINKA_PASSWORD_FILE"};
  for (const char* const name : names)
    if (std::getenv(name) != nullptr)
      console.remark("malinka: " + std::string(name) +
                     " is set in the environment, and beats what was kept");
}

Attempt<ExitCode> run_login(Program& program, const Arguments&) {
  const ChannelLink link = TRY(ask_link());
  Settings settings = program.settings();
  settings.hub = link.hub;
  settings.channel = link.channel;
  settings.password = link.password;
  const Session session = TRY(Session::join(settings));
  TRY_VOID(keep_login(settings.file, link));

  Console& console = program.console();
  const std::vector<std::string> devices = session.devices();
  if (program.is_json())
    console.print_json({{"hub", link.hub},
                        {"channel", link.channel},
                        {"view", settings.is_view_link()},
                        {"devices", devices},
                        {"file", settings.file}});
  else
    console.print("Logged in to channel " + printable(link.channel) + " of " + printable(link.hub) +
                  (settings.is_view_link() ? ", to watch and not to command" : "") + ". Kept in " +
                  printable(settings.file) + "\n");
  if (devices.empty())
    console.remark(
        "malinka: no device is in the channel now; if one should be, its link may have "
        "been revoked (`malinka pair` on the device shows the one that counts)");
  warn_of_environment(console);
  return ExitCode::done;
}

}  // namespace

extern const Verb login_verb;
constinit const Verb login_verb = {
    .name = "login",
    .operands = "",
    .summary = "take a link, and keep hub, channel and password",
    .flags = {},
    .details =
        "Asks for the link, as `malinka pair` shows it on the device, or reads it from standard "
        "input, and\n"
        "tries it. It is kept in ~/.config/malinka/config.toml, which nobody else may read; what "
        "else is\n"
        "set there stays. A view link will do.",
    .examples =
        "malinka login                        asks for the link\n"
        "ssh kitchen malinka pair | malinka login",
    .run = run_login,
};

}  // namespace malinka::cli
