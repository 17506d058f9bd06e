// SPDX-License-Identifier: MIT
#include "hub/routing/hub_commands.h"

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "hub/routing/subscriber_list.h"

namespace malinka::hub {
namespace {

/// Which part of a long list is asked for.
struct PageRange {
  std::size_t offset = 0;
  std::size_t count = limits::list_page_max;
};

Result<std::size_t> read_count(const Json& value, const char* name, std::size_t fallback) {
  const Json* const member = find_member(value, name);
  if (member == nullptr) return fallback;
  if (!member->is_number_unsigned()) return fail(std::errc::invalid_argument, name);
  return member->get<std::size_t>();
}

Result<PageRange> read_range(std::string_view value_text) {
  if (value_text.empty() || value_text == "null") return PageRange{};
  if (value_text.size() > limits::hub_command_bytes_max)
    return fail(std::errc::invalid_argument, "value");
  const Json value = TRY(parse_json(value_text));
  if (!value.is_object()) return fail(std::errc::invalid_argument, "value");
  const std::size_t offset = TRY(read_count(value, "offset", 0));
  const std::size_t count = TRY(read_count(value, "limit", limits::list_page_max));
  if (count < 1 || count > limits::list_page_max) return fail(std::errc::invalid_argument, "limit");
  return PageRange{offset, count};
}

protocol::SubscriberPage make_page(const Channel& channel, const PageRange& range) {
  const auto members = channel.members();
  const std::size_t first = std::min(range.offset, members.size());
  const std::size_t count = std::min(range.count, members.size() - first);
  return {.listed = list_of(members.subspan(first, count)),
          .subscriber_count = members.size(),
          .offset = range.offset};
}

}  // namespace

void HubCommands::answer(const Channel& channel, Member& sender,
                         const protocol::Envelope& command) {
  if (command.name == R"("hub.ping")")
    return voice_.answer(sender,
                         protocol::make_ping_answer(command.id, sender.name(), clock_.wall()));
  if (command.name == R"("hub.list")") return list(channel, sender, command);
  voice_.refuse(sender, command.id, ResponseCode::not_found,
                "the hub knows hub.ping and hub.list, and no other command");
}

void HubCommands::list(const Channel& channel, Member& sender, const protocol::Envelope& command) {
  const Result<PageRange> range = read_range(command.value);
  if (!range)
    return voice_.refuse(
        sender, command.id, ResponseCode::malformed,
        "value may have offset, and limit from 1 to 1000: " + range.error().context);
  voice_.answer(sender,
                protocol::make_list_answer(command.id, sender.name(), make_page(channel, *range)));
}

}  // namespace malinka::hub
