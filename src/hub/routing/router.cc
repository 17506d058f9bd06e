// SPDX-License-Identifier: MIT
#include "hub/routing/router.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.h"
#include "protocol/binary_message.h"
#include "protocol/envelope.h"
#include "protocol/names.h"

namespace malinka::hub {
namespace {

// An error names what it found at fault, which may be as long as the message.
constexpr std::size_t error_bytes_max = 300;

// A longer Broadcast goes by itself: to queue it is little beside the copy that a burst would be.
constexpr std::size_t burst_message_bytes_max = 16UL * 1024;

std::string clip(std::string text) {
  if (text.size() > error_bytes_max) text.resize(error_bytes_max);
  return text;
}

/// Where the id of a refused message would stand.
std::string_view envelope_text(MessageForm form, ByteView payload) {
  if (form == MessageForm::text) return as_text(payload);
  const auto parts = protocol::split_binary_message(payload);
  return parts ? parts->envelope : std::string_view();
}

}  // namespace

Router::Router(const Clock& clock, QueueMemory& memory, Counters& counters)
    : clock_(clock),
      memory_(memory),
      counters_(counters),
      burst_(memory, counters),
      voice_(memory, counters, burst_),
      presence_(voice_),
      commands_(clock, voice_) {}

void Router::route(Channel& channel, Member& sender, MessageForm form, ByteView payload) {
  ++counters_.messages_received;
  counters_.message_bytes_received += payload.size();
  const Result<Incoming> incoming = read(sender, form, payload);
  if (!incoming) return refuse_malformed(sender, form, payload, incoming.error());

  const protocol::Envelope& envelope = incoming->envelope;
  OutgoingMessage message(memory_, counters_, sender, envelope, incoming->blob);
  if (may_wait(*incoming, payload)) return burst_.add(channel, message);
  burst_.deliver();
  if (envelope.type == MessageType::broadcast || envelope.is_to_all)
    return send_to_all(channel, sender, message);
  send_to_named(channel, sender, envelope, message);
}

Result<Router::Incoming> Router::read(const Member& sender, MessageForm form, ByteView payload) {
  if (form == MessageForm::text)
    return Incoming{TRY(protocol::scan_envelope(as_text(payload))), std::nullopt};
  if (!sender.profile().takes_binary)
    return fail(std::errc::operation_not_supported,
                "binary messages need the subprotocol malinka.v1");
  const protocol::BinaryMessage parts = TRY(protocol::split_binary_message(payload));
  Incoming incoming{TRY(protocol::scan_envelope(parts.envelope)), parts.blob};
  TRY_VOID(protocol::check_blob(incoming.envelope, parts.blob));
  return incoming;
}

/// What may wait for the end of the turn, and is small enough to be copied then.
bool Router::may_wait(const Incoming& incoming, ByteView payload) {
  const protocol::Envelope& envelope = incoming.envelope;
  return envelope.type == MessageType::broadcast && !incoming.blob && !envelope.expires_at &&
         payload.size() <= burst_message_bytes_max;
}

void Router::refuse_malformed(Member& sender, MessageForm form, ByteView payload,
                              const Error& error) {
  voice_.refuse(sender, protocol::find_id(envelope_text(form, payload)), ResponseCode::malformed,
                clip(error.message()));
}

void Router::refuse_passed_over(Member& sender, wire::PassedOver why, std::uint64_t bytes) {
  ++counters_.messages_received;
  if (why == wire::PassedOver::too_large)
    voice_.refuse(sender, {}, ResponseCode::too_large,
                  fmt::format("{} bytes are more than the hub takes in one message", bytes));
  else
    voice_.refuse(sender, {}, ResponseCode::unavailable,
                  fmt::format("no room for a message of {} bytes: the hub is short of memory; "
                              "send it again later, or in smaller parts",
                              bytes));
}

void Router::send_to_all(const Channel& channel, Member& sender, OutgoingMessage& message) {
  const bool is_over = is_expired(message.label());
  std::vector<std::string_view> went_to;
  std::vector<std::pair<const Member*, ResponseCode>> failed;
  for (Member* const member : channel.members()) {
    if (member == &sender) continue;
    const auto obstacle = is_over ? ResponseCode::timed_out : message.deliver_to(*member);
    if (obstacle)
      failed.emplace_back(member, *obstacle);
    else
      went_to.emplace_back(member->name());
  }
  for (const auto& [member, code] : failed)
    voice_.report(sender, message.label(), member->name(), code);
  if (message.label().type == MessageType::command)
    voice_.answer(sender,
                  protocol::make_accepted(message.label().message_id, sender.name(), went_to));
}

void Router::send_to_named(const Channel& channel, Member& sender,
                           const protocol::Envelope& envelope, OutgoingMessage& message) {
  for (const std::string& recipient : envelope.recipients) {
    if (recipient == protocol::hub_name && envelope.type == MessageType::command) {
      commands_.answer(channel, sender, envelope);
      continue;
    }
    const ResponseCode code = send_to_one(channel, recipient, message);
    if (code != ResponseCode::done) voice_.report(sender, message.label(), recipient, code);
  }
}

ResponseCode Router::send_to_one(const Channel& channel, std::string_view recipient,
                                 OutgoingMessage& message) {
  Member* const member = channel.find(recipient);
  if (member == nullptr) return ResponseCode::not_found;
  if (is_expired(message.label())) return ResponseCode::timed_out;
  return message.deliver_to(*member).value_or(ResponseCode::done);
}

bool Router::is_expired(const ParcelLabel& label) const {
  return label.expires_at && *label.expires_at <= clock_.wall();
}

void Router::report_undelivered(const Channel& channel, const Parcel& parcel,
                                const Member& recipient, ResponseCode code) {
  voice_.report(channel, parcel.label(), recipient.name(), code);
}

void Router::report_undelivered(const Channel* channel, const ParcelLabel& label,
                                std::string_view recipient, ResponseCode code) {
  if (channel != nullptr) return voice_.report(*channel, label, recipient, code);
  voice_.count_undelivered(label, code);
}

}  // namespace malinka::hub
