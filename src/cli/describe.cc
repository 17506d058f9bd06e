// SPDX-License-Identifier: MIT
// malinka describe: what a device is and can do.
#include "cli/describe.h"

#include "base/json.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

std::string printable_text_of(const Json& object, std::string_view name) {
  return printable(text_of(object, name));
}

bool is_true(const Json& object, std::string_view name) {
  const Json* const flag = find_member(object, name);
  return flag != nullptr && *flag == true;
}

void append_part(std::string& line, std::string_view separator, const std::string& part) {
  if (part.empty()) return;
  if (!line.empty()) line += separator;
  line += part;
}

std::string list_of(const Json& object, std::string_view name, std::string_view separator) {
  std::string text;
  if (const Json* const list = find_member(object, name); list != nullptr && list->is_array())
    for (const Json& item : *list)
      if (const auto* const word = item.get_ptr<const std::string*>())
        append_part(text, separator, printable(*word));
  return text;
}

/// Why it is denied, where it may go, what is wrong with it.
std::string notes_of(const Json& capability) {
  std::string notes = printable_text_of(capability, "reason");
  if (is_true(capability, "simulated")) append_part(notes, "; ", "simulated");
  if (const std::string roots = list_of(capability, "roots", " "); !roots.empty())
    append_part(notes, "; ", "roots " + roots);
  if (const std::string user = printable_text_of(capability, "user"); !user.empty())
    append_part(notes, "; ", "as user " + user);
  append_part(notes, "; ", list_of(capability, "problems", "; "));
  return notes;
}

std::string identity_text(const std::string& fingerprint, bool is_first_met) {
  if (fingerprint.empty()) return {};
  return "identity " + fingerprint +
         (is_first_met ? ", met for the first time: `malinka pair` on the device shows the same"
                       : ", as it is remembered") +
         "\n";
}

Attempt<ExitCode> run_describe(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands.front();
  Session session = TRY(program.join());
  const bool is_first_met = session.client().fingerprint(device).empty();
  const Reply reply =
      TRY(session.ask({.device = device, .command = "agent.describe", .value = Json::object()}));
  const std::string fingerprint = session.client().fingerprint(device);
  if (program.is_json()) {
    Json line = *reply.value;
    if (!fingerprint.empty())  // What was verified here, and not what the device says of itself.
      line.update({{"fingerprint", fingerprint}, {"remembered", !is_first_met}});
    program.print_reply(device, line);
    return ExitCode::done;
  }
  Console& console = program.console();
  console.print(console.painted(printable(device), Colour::bold) + ": " +
                system_text(*reply.value) + "\n" + identity_text(fingerprint, is_first_met) + "\n");
  console.print(capabilities_text(*reply.value));
  return ExitCode::done;
}

}  // namespace

std::string system_text(const Json& description) {
  std::string line;
  if (const Json* const system = find_member(description, "system"))
    for (const std::string_view part : {"model", "os", "kernel", "architecture"})
      append_part(line, ", ", printable_text_of(*system, part));
  const std::string version = printable_text_of(description, "version");
  append_part(line, ", ", version.empty() ? "" : "malinka " + version);
  if (is_true(description, "simulated")) append_part(line, ", ", "simulated");
  return line;
}

std::string capabilities_text(const Json& description) {
  Table table({{"CAPABILITY"}, {"LEVEL"}, {"NOTES"}});
  const Json* const capabilities = find_member(description, "capabilities");
  if (capabilities != nullptr && capabilities->is_array())
    for (const Json& capability : *capabilities)
      table.add({printable_text_of(capability, "name"), printable_text_of(capability, "level"),
                 notes_of(capability)});
  return table.text();
}

extern const Verb describe_verb;
constinit const Verb describe_verb = {
    .name = "describe",
    .operands = "DEV",
    .summary = "say what a device is and can do",
    .operands_min = 1,
    .operands_max = 1,
    .operand_kind = OperandKind::device,
    .flags = {},
    .details =
        "Each capability has the level that the device's policy grants in this channel: deny, view "
        "or control.\n"
        "The identity is the one that the device has proved to have, as a fingerprint.",
    .examples =
        "malinka describe kitchen             its system and its capabilities\n"
        "malinka --json describe kitchen      all of it, with the schema of every command",
    .run = run_describe,
};

}  // namespace malinka::cli
