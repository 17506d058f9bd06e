// SPDX-License-Identifier: MIT
#include "client/sealed_traffic.h"

#include <utility>
#include <variant>

#include "client/messages.h"
#include "client/sealed_message.h"
#include "protocol/message_codec.h"
#include "seal/form.h"

namespace malinka::client {

SealedTraffic::SealedTraffic(SealedRequests::Place place, Sealing sealing, const Clock& clock,
                             SealedHandler& handler)
    : channel_(place.channel),
      sealing_(std::move(sealing)),
      handler_(handler),
      requests_(place, sealing_, event_keys_, clock, handler) {
  if (!sealing_.identity) return;
  answers_.emplace(seal::Responder::Self{.channel = std::move(place.channel),
                                         .name = std::move(place.name),
                                         .keys = sealing_.keys,
                                         .identity = seal::KeyPair(*sealing_.identity)},
                   clock, handler);
}

void SealedTraffic::take(const Message& outer, ByteView blob) {
  switch (outer.type) {
    case MessageType::response: return requests_.take(outer.originator, blob);
    case MessageType::broadcast: return take_event(outer, blob);
    case MessageType::command: break;
  }
  if (answers_) return answers_->take(outer, blob);
  // No sessions here: whoever says hello need not wait.
  if (auto unknown = seal::refuse_hello(blob))
    (void)handler_.send_outer(
        make_outer(MessageType::response, make_id(), outer.originator, *std::move(unknown)));
}

void SealedTraffic::take_event(const Message& outer, ByteView blob) {
  const auto form = seal::parse_form(blob);
  const auto* const sealed = form ? std::get_if<seal::SealedBox>(&*form) : nullptr;
  if (sealed == nullptr || sealed->kind != seal::BoxKind::event) return;
  auto opened = event_keys_.open(outer.originator, *sealed);
  if (!opened) {
    if (opened.error() == seal::EventReceiver::Failure::needs_session)
      handler_.want_events_of(outer.originator);
    return;
  }
  if (opened->lost > 0)
    handler_.tell_missed(outer.originator, MessageType::broadcast, opened->lost);
  auto inner = protocol::decode_inner_message(opened->plaintext);
  if (!inner || inner->message.type != MessageType::broadcast) return;
  inner->message.originator = outer.originator;
  inner->message.is_sealed = true;
  handler_.take_sealed_event(inner->message);
}

Result<std::string> SealedTraffic::send_response(const Message& response,
                                                 const SealedOrigin& origin) {
  if (!answers_) return fail(std::errc::not_connected);
  return answers_->send_response(response, origin);
}

Result<void> SealedTraffic::send_event(const Message& event, seal::Level level) {
  if (answers_) return answers_->send_event(event, level);
  return fail(std::errc::operation_not_permitted,
              "in a sealed channel only devices tell everyone something");
}

std::string SealedTraffic::fingerprint(std::string_view device) const {
  return sealing_.known_devices->fingerprint_of(channel_, device);
}

void SealedTraffic::expire() {
  requests_.expire();
  if (answers_) answers_->expire();
}

}  // namespace malinka::client
