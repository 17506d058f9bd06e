// SPDX-License-Identifier: MIT
#include "cli/remote_files.h"

#include "base/json.h"
#include "base/try.h"
#include "cli/format.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

constexpr std::size_t page_entries = 5000;
/// A device that never comes to an end is left at this many entries.
constexpr std::size_t entries_max = 2'000'000;

}  // namespace

Attempt<Json> list_folder(Session& session, const Target& target) {
  Json whole;
  while (true) {
    const std::size_t offset = whole.empty() ? 0 : whole["entries"].size();
    const Json value = {{"path", target.path}, {"offset", offset}, {"limit", page_entries}};
    const Reply reply =
        TRY(session.ask({.device = target.device, .command = "files.list", .value = value}));
    const Json* const entries = find_member(*reply.value, "entries");
    const bool is_last =
        entries == nullptr || !entries->is_array() || entries->size() < page_entries;
    if (whole.empty())
      whole = *reply.value;
    else if (entries != nullptr && entries->is_array())
      whole["entries"].insert(whole["entries"].end(), entries->begin(), entries->end());
    if (is_last || whole["entries"].size() >= entries_max) return whole;
  }
}

Attempt<std::optional<std::string>> find_type(Session& session, const Target& target) {
  const auto reply = session.ask(
      {.device = target.device, .command = "files.stat", .value = {{"path", target.path}}});
  if (reply) return text_of(*reply->value, "type");
  const Failure& failure = reply.error();
  const bool is_absent = failure.code == static_cast<int>(ResponseCode::not_found);
  if (is_absent && failure.exit_code == ExitCode::failed) return std::nullopt;
  return std::unexpected(failure);
}

Attempt<Target> place_in(Session& session, const Target& target, const std::string& name) {
  const bool must_be_folder = target.path.ends_with('/');
  if (target.path != "/") {  // A list of roots is no place for files, nor can it be asked about.
    const auto type = TRY(find_type(session, target));
    if (type != "folder" && !must_be_folder) return target;
    if (type != "folder")
      return std::unexpected(Failure{ExitCode::failed, target.device,
                                     static_cast<int>(ResponseCode::not_found),
                                     "no such folder: " + target.path});
  }
  return Target{target.device, join_path(target.path, name)};
}

EntryText entry_text(const Json& entry, SizeStyle style) {
  const std::string type = text_of(entry, "type");
  const Json* const size = find_member(entry, "size");
  const std::uint64_t bytes =
      size != nullptr && size->is_number_unsigned() ? size->get<std::uint64_t>() : 0;
  EntryText text{.mode = format_mode(type, text_of(entry, "mode")),
                 .size = style == SizeStyle::human ? format_size(bytes) : std::to_string(bytes),
                 .time = printable(format_time(text_of(entry, "modified"))),
                 .name = printable(text_of(entry, "name"))};
  if (type == "folder") text.name += '/';
  if (type == "link") text.name += " -> " + printable(text_of(entry, "target"));
  return text;
}

}  // namespace malinka::cli
