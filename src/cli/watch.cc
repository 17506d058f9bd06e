// SPDX-License-Identifier: MIT
// malinka watch: events as they come, until Ctrl-C.
#include "base/json.h"
#include "base/try.h"
#include "cli/end_signals.h"
#include "cli/event_text.h"
#include "cli/format.h"
#include "cli/link_remarks.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

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

Attempt<ExitCode> run_watch(Program& program, const Arguments& arguments) {
  const EndSignals end_signals;
  const std::string device = arguments.operands.empty() ? "" : arguments.operands.front();
  Session session = TRY(program.join());
  if (!device.empty()) TRY_VOID(session.check_device(device));
  program.console().remark("watching channel " + printable(session.status().channel) +
                           "; Ctrl-C ends");
  // From here on only the client's thread prints.
  session.client().on_status(
      [&program](const ClientStatus& status) { remark_link(program.console(), status); });
  session.client().on_event([&program, device](const Message& event) {
    if (device.empty() || subject_of(event) == device) print_event(program, event);
  });
  end_signals.wait();
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
        "Readings of the devices, edges of watched GPIO lines, who joins and who leaves. A lost "
        "link is joined again by itself.",
    .examples =
        "malinka watch                        everything in the channel\n"
        "malinka watch kitchen                one device\n"
        "malinka --json watch | jq .value     for programs",
    .run = run_watch,
};

}  // namespace malinka::cli
