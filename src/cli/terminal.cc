// SPDX-License-Identifier: MIT
// malinka terminal: a shell at a terminal on a device.
#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/json.h"
#include "base/try.h"
#include "cli/format.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/remote_terminal.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? printable(value.get<std::string>()) : printable(dump_json(value));
}

std::string table_of(const Json& sessions) {
  Table table({{"SESSION"}, {"SINCE"}, {"SIZE"}, {"VIEWERS", Align::right}});
  for (const Json& session : sessions) {
    if (!session.is_object()) continue;
    const auto member = [&session](const char* name) {
      return text_of(session.value(name, Json()));
    };
    table.add({member("session"), printable(format_time(member("since"))),
               member("columns") + " x " + member("rows"), member("viewers")});
  }
  return table.empty() ? "" : table.text();
}

Attempt<ExitCode> list(Program& program, const std::string& device) {
  Session session = TRY(program.join());
  const Json nothing = Json::object();
  const Reply reply =
      TRY(session.ask({.device = device, .command = "terminal.list", .value = nothing}));
  if (program.is_json())
    program.print_reply(device, *reply.value);
  else
    program.console().print(table_of(reply.value->value("sessions", Json::array())));
  return ExitCode::done;
}

Attempt<ExitCode> run_terminal(Program& program, const Arguments& arguments) {
  TerminalWish wish{.device = arguments.operands.front(),
                    .session = arguments.value("session").value_or(""),
                    .only_watches = arguments.has("view")};
  if (arguments.has("list")) return list(program, wish.device);
  if (wish.only_watches && wish.session.empty())
    return usage_failure("--view needs --session ID: which to watch? --list shows them");
  if (isatty(STDIN_FILENO) != 1)
    return usage_failure(
        "standard input is no terminal; a command without one is run by: malinka run " +
        printable(wish.device) + " -- COMMAND");
  Session session = TRY(program.join());
  return RemoteTerminal(program, session, std::move(wish)).run();
}

constexpr std::array flags = {
    Flag{"session", 's', "ID", "take up one that is open already"},
    Flag{"view", 'v', "", "with --session: watch only"},
    Flag{"list", 'l', "", "show those that are open"},
};

}  // namespace

extern const Verb terminal_verb;
constinit const Verb terminal_verb = {
    .name = "terminal",
    .alias = "shell",
    .operands = "DEV",
    .summary = "a shell at a terminal on a device (also: malinka shell)",
    .operands_min = 1,
    .operands_max = 1,
    .operand_kind = OperandKind::device,
    .flags = flags,
    .details =
        "The exit status is the shell's, or 128 and the number of the signal that ended it. At the "
        "beginning\n"
        "of a line, ~. leaves, ~~ types a tilde and ~? shows this. When the link is lost it is "
        "taken up again\n"
        "by itself; without anybody there a shell stays for 5 minutes. Several may be at one "
        "terminal: all see\n"
        "it, and the first writes.",
    .examples =
        "malinka terminal kitchen\n"
        "malinka terminal --list kitchen                        what is open there\n"
        "malinka terminal kitchen --session 7k2q9xwd            take one up\n"
        "malinka terminal kitchen --session 7k2q9xwd --view     watch somebody else",
    .run = run_terminal,
};

}  // namespace malinka::cli
