// SPDX-License-Identifier: MIT
#include "client/sealed_answers.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "base/try.h"
#include "client/messages.h"
#include "protocol/message_codec.h"

namespace malinka::client {

SealedAnswers::SealedAnswers(seal::Responder::Self self, const Clock& clock, SealedHandler& handler)
    : clock_(clock),
      handler_(handler),
      events_(clock.boot_now()),
      responder_(std::move(self), events_) {}

void SealedAnswers::take(const Message& outer, ByteView blob) {
  auto [reply, command] = responder_.take(outer.originator, blob, clock_.boot_now());
  if (reply)
    (void)handler_.send_outer(
        make_outer(MessageType::response, make_id(), outer.originator, *std::move(reply)));
  if (command) take_command(outer.originator, *std::move(command));
}

void SealedAnswers::take_command(const std::string& originator, seal::SealedCommand command) {
  if (command.lost > 0) {
    LOG_DEBUG("sealed commands did not come", {"count", std::to_string(command.lost)});
    handler_.fail_streams(originator, "a part of it was lost on the way");
  }
  auto inner = protocol::decode_inner_message(command.inner);
  if (!inner || inner->message.type != MessageType::command) {
    LOG_DEBUG("a sealed command was not understood");
    return;
  }
  Message& message = inner->message;
  message.originator = originator;
  message.is_sealed = true;
  const SealedOrigin origin{command.session, command.level};
  const auto age =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.boot_now() - command.began);
  if (inner->deadline && age > *inner->deadline)
    return (void)send_response(make_expired(message), origin);
  if (message.name == ping_name) return (void)send_response(make_pong(message), origin);
  handler_.take_sealed_command(std::move(message), origin);
}

Result<std::string> SealedAnswers::send_response(const Message& response,
                                                 const SealedOrigin& origin) {
  const InnerPieces inner(response);
  TRY_VOID(handler_.check_outer(inner.sealed_bytes()));
  auto blob = responder_.seal(origin.session, inner.view(), clock_.boot_now());
  if (!blob) return fail(std::errc::not_connected, "the session has ended");
  std::string id = make_id();
  TRY_VOID(handler_.send_outer(
      make_outer(MessageType::response, id, response.recipients.front(), *std::move(blob))));
  return id;
}

Result<void> SealedAnswers::send_event(const Message& event, seal::Level level) {
  const InnerPieces inner(event);
  TRY_VOID(handler_.check_outer(inner.sealed_bytes()));
  return handler_.send_outer(make_outer(MessageType::broadcast, make_id(), {},
                                        events_.seal(level, inner.view(), clock_.boot_now())));
}

}  // namespace malinka::client
