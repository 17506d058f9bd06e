// SPDX-License-Identifier: MIT
#include "hub/routing/hub_voice.h"

#include <algorithm>
#include <array>

#include "hub/session/framing.h"
#include "protocol/names.h"

namespace malinka::hub {
namespace {

struct Explanation {
  ResponseCode code;
  std::string_view text;
};

/// What a sender is told of a copy that was not delivered, for a person to act on.
constexpr std::array<Explanation, 5> explanations = {{
    {ResponseCode::not_found, "no such subscriber in this channel"},
    {ResponseCode::timed_out, "expired before it could be delivered"},
    {ResponseCode::too_large, "larger than this recipient accepts"},
    {ResponseCode::unavailable, "this recipient does not keep up, or the hub is short of memory"},
    {ResponseCode::malformed, "cannot be converted to text for this recipient"},
}};

std::string_view explain(ResponseCode code) {
  const auto found = std::ranges::find(explanations, code, &Explanation::code);
  return found == explanations.end() ? "not delivered" : found->text;
}

}  // namespace

ParcelRef HubVoice::make(MessageType type, std::string_view message) {
  const ParcelLabel label = {
      .type = type, .sender = hub_id, .sender_name = std::string(protocol::hub_name)};
  return make_parcel(memory_, label, make_text_frame(message));
}

void HubVoice::answer(Member& member, std::string_view message) {
  burst_.deliver();
  member.queue(make(MessageType::response, message));
}

void HubVoice::refuse(Member& sender, std::string_view message_id, ResponseCode code,
                      std::string_view error) {
  ++counters_.messages_refused[code];
  answer(sender, protocol::make_report({.request_id = message_id,
                                        .recipient = sender.name(),
                                        .about = {},
                                        .code = code,
                                        .error = error}));
}

void HubVoice::report(Member& sender, const ParcelLabel& label, std::string_view recipient,
                      ResponseCode code) {
  if (label.type == MessageType::broadcast) {
    ++counters_.broadcasts_dropped;
    return;
  }
  ++counters_.copies_failed[code];
  answer(sender, protocol::make_report({.request_id = label.message_id,
                                        .recipient = sender.name(),
                                        .about = recipient,
                                        .code = code,
                                        .error = explain(code)}));
}

void HubVoice::report(const Channel& channel, const ParcelLabel& label, std::string_view recipient,
                      ResponseCode code) {
  Member* const sender =
      label.sender == hub_id ? nullptr : channel.find(label.sender_name, label.sender);
  if (sender != nullptr) return report(*sender, label, recipient, code);
  count_undelivered(label, code);
}

void HubVoice::count_undelivered(const ParcelLabel& label, ResponseCode code) {
  if (label.sender == hub_id)
    ++counters_.reports_dropped;
  else if (label.type == MessageType::broadcast)
    ++counters_.broadcasts_dropped;
  else
    ++counters_.copies_failed[code];
}

void HubVoice::announce(const Channel& channel, const Member* except, std::string_view message) {
  burst_.deliver();
  const ParcelRef parcel = make(MessageType::broadcast, message);
  for (Member* const member : channel.members())
    if (member != except) member->queue(parcel);
}

}  // namespace malinka::hub
