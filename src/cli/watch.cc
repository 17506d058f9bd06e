// SPDX-License-Identifier: MIT
// malinka watch: events as they come, until Ctrl-C.
#include <signal.h>

#include "base/json.h"
#include "base/try.h"
#include "cli/event_text.h"
#include "cli/format.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// Keeps the signals that end a watch from the client's thread, so that this one can wait for them.
sigset_t block_end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Json json_of(const Message& event) {
  Json line = {{"device", subject_of(event)}, {"name", event.name}};
  if (const auto value = parse_json(event.value)) line["value"] = *value;
  if (event.blob)
    line["blob"] = {
        {"name", event.blob->name}, {"type", event.blob->type}, {"size", event.blob->size()}};
  return line;
}

void print_event(Program& program, const Message& event) {
  Console& console = program.console();
  if (program.is_json()) return console.print_json(json_of(event));
  console.print(console.painted(format_clock(), Colour::dim) + "  " +
                console.painted(printable(subject_of(event)), Colour::bold) + "  " +
                event_text(event) + "\n");
  (void)console.flush();
}

void print_status(Program& program, const ClientStatus& status) {
  Console& console = program.console();
  if (status.state == ClientState::joined) console.remark("malinka: joined again");
  if (status.state == ClientState::connecting && status.error.code)
    console.remark("malinka: " + printable(status.error.message()) + "; trying again");
  if (status.state == ClientState::refused)
    console.remark("malinka: " + printable(status.error.message()));
}

Attempt<ExitCode> run_watch(Program& program, const Arguments& arguments) {
  const sigset_t end_signals = block_end_signals();
  const std::string device = arguments.operands.empty() ? "" : arguments.operands.front();
  Session session = TRY(program.join());
  if (!device.empty()) TRY_VOID(session.check_device(device));
  program.console().remark("watching channel " + printable(session.status().channel) +
                           "; Ctrl-C ends");
  // From here on only the client's thread prints.
  session.client().on_status(
      [&program](const ClientStatus& status) { print_status(program, status); });
  session.client().on_event([&program, device](const Message& event) {
    if (device.empty() || subject_of(event) == device) print_event(program, event);
  });
  int signal = 0;
  (void)sigwait(&end_signals, &signal);
  session.client().on_status(nullptr);
  session.client().close(std::chrono::seconds(1));
  return ExitCode::done;
}

}  // namespace

extern const Verb watch_verb;
constinit const Verb watch_verb = {
    .name = "watch",
    .operands = "[DEV]",
    .summary = "print events as they come, until Ctrl-C",
    .operands_max = 1,
    .operand_kind = OperandKind::device,
    .flags = {},
    .details =
        "Readings of the devices, who joins and who leaves. A lost link is joined again by itself.",
    .examples =
        "malinka watch                        everything in the channel\n"
        "malinka watch kitchen                one device\n"
        "malinka --json watch | jq .value     for programs",
    .run = run_watch,
};

}  // namespace malinka::cli
