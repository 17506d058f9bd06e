// SPDX-License-Identifier: MIT
// malinka ls: the entries of a folder on a device.
#include <array>

#include "base/json.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/remote_files.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// A folder's entries, or the one entry that a file is.
Attempt<Json> list(Session& session, const Target& target) {
  auto listing = list_folder(session, target);
  if (listing || listing.error().exit_code != ExitCode::failed || target.path == "/")
    return listing;
  const auto entry = session.ask(
      {.device = target.device, .command = "files.stat", .value = {{"path", target.path}}});
  const std::string* const type = entry ? find_string(*entry->value, "type") : nullptr;
  if (type == nullptr || *type == "folder")
    return listing;  // Why it could not be listed says more.
  return Json{{"path", target.path}, {"entries", Json::array({*entry->value})}, {"total", 1}};
}

std::string listing_text(const Json& listing, const Arguments& arguments) {
  const Json* const entries = find_member(listing, "entries");
  if (entries == nullptr || !entries->is_array()) return {};
  const SizeStyle style = arguments.has("human") ? SizeStyle::human : SizeStyle::bytes;
  Table table({{""}, {"", Align::right}, {""}, {""}});
  std::string names;
  for (const Json& entry : *entries) {
    EntryText text = entry_text(entry, style);
    if (arguments.has("names")) {
      const std::string* const name = find_string(entry, "name");
      names += printable(name == nullptr ? "" : *name) + "\n";
    } else {
      table.add(
          {std::move(text.mode), std::move(text.size), std::move(text.time), std::move(text.name)});
    }
  }
  return arguments.has("names") ? names : table.text();
}

Attempt<ExitCode> run_ls(Program& program, const Arguments& arguments) {
  std::vector<Target> targets;
  targets.reserve(arguments.operands.size());
  for (const std::string& operand : arguments.operands)
    targets.push_back(TRY(parse_remote_target(operand)));
  Session session = TRY(program.join());
  ExitCode ended = ExitCode::done;
  for (const Target& target : targets) {
    const Attempt<Json> listing = list(session, target);
    if (!listing) {
      program.report(listing.error());
      ended = listing.error().exit_code;
      continue;
    }
    if (program.is_json()) {
      program.print_reply(target.device, *listing);
      continue;
    }
    if (targets.size() > 1) program.console().print(printable(target.text()) + ":\n");
    program.console().print(listing_text(*listing, arguments));
  }
  return ended;
}

constexpr std::array flags = {
    Flag{"human", 'h', "", "sizes in KiB, MiB and so on"},
    Flag{"names", '1', "", "names only, one per line"},
    Flag{"long", 'l', "", "mode, size, time and name: what there is anyway"},
};

}  // namespace

extern const Verb ls_verb;
constinit const Verb ls_verb = {
    .name = "ls",
    .operands = "DEV:PATH…",
    .summary = "list a folder on a device",
    .operands_min = 1,
    .operands_max = any_number,
    .operand_kind = OperandKind::target,
    .flags = flags,
    .details = "DEV:/ lists the folders that the device lets you into, where / is none of them.",
    .examples =
        "malinka ls kitchen:/                 where to begin\n"
        "malinka ls -h kitchen:/home/pi       with readable sizes\n"
        "malinka --json ls kitchen:/tmp | jq '.entries[].name'",
    .run = run_ls,
};

}  // namespace malinka::cli
