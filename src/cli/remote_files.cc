// SPDX-License-Identifier: MIT
#include "cli/remote_files.h"

#include <algorithm>
#include <iterator>

#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "cli/format.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

/// Where even so few do not fit into an answer, nothing will.
constexpr std::size_t page_entries_min = 50;
/// A device that never comes to an end is left at this many entries.
constexpr std::size_t entries_max = 2'000'000;

struct Page {
  std::size_t offset = 0;
  std::size_t limit = limits::files_page_max;
};

/// With its entries, which are none where the device's answer has none. Asks for fewer where an
/// answer would be larger than a message.
Attempt<Json> ask_page(Session& session, const Target& target, Page& page) {
  while (true) {
    const Json value = {{"path", target.path}, {"offset", page.offset}, {"limit", page.limit}};
    auto reply = session.ask({.device = target.device, .command = "files.list", .value = value});
    if (reply) {
      Json listing = *reply->value;
      if (const Json* const entries = find_member(listing, "entries");
          entries == nullptr || !entries->is_array())
        listing = {{"path", target.path}, {"entries", Json::array()}};
      return listing;
    }
    const Failure& failure = reply.error();
    const bool is_too_large = failure.code == static_cast<int>(ResponseCode::too_large);
    if (!is_too_large || page.limit <= page_entries_min) return std::unexpected(failure);
    page.limit /= 16;
  }
}

std::size_t total_of(const Json& listing) {
  return find_whole_number(listing, "total").value_or(0);
}

}  // namespace

Attempt<Json> list_folder(Session& session, const Target& target) {
  Page page;
  Json whole = TRY(ask_page(session, target, page));
  std::size_t total = total_of(whole);
  // Not by what came: an entry that vanished meanwhile is missing in its page.
  for (page.offset = page.limit; page.offset < total; page.offset += page.limit) {
    Json next = TRY(ask_page(session, target, page));
    Json& entries = whole["entries"];
    if (next["entries"].empty() || entries.size() >= entries_max) break;
    std::ranges::move(next["entries"], std::back_inserter(entries));
    total = total_of(next);
  }
  return whole;
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
  const std::uint64_t bytes = find_whole_number(entry, "size").value_or(0);
  EntryText text{.mode = format_mode(type, text_of(entry, "mode")),
                 .size = style == SizeStyle::human ? format_size(bytes) : std::to_string(bytes),
                 .time = printable(format_time(text_of(entry, "modified"))),
                 .name = printable(text_of(entry, "name"))};
  if (type == "folder") text.name += '/';
  if (type == "link") text.name += " -> " + printable(text_of(entry, "target"));
  return text;
}

}  // namespace malinka::cli
