// SPDX-License-Identifier: MIT
// The part of a SubscriberCore that streams need: opening and accepting them, and the ways of their
// messages. docs/protocol.md section 7.
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "base/log.h"
#include "base/try.h"
#include "client/messages.h"
#include "client/subscriber_core.h"
#include "protocol/stream_part.h"

namespace malinka::client {
void SubscriberCore::open_stream(Request request, StreamHandler& handler, OpenedHandler on_opened) {
  const std::string peer = request.recipients.empty() ? "" : request.recipients.front();
  const auto refuse = [&](std::errc code, std::string why) {
    const Error error{std::make_error_code(code), std::move(why)};
    later([answer = make_send_failure(peer, error), on_opened = std::move(on_opened)]() mutable {
      on_opened(answer, nullptr);
    });
  };
  if (request.recipients.size() != 1 || names_all(request.recipients))
    return refuse(std::errc::invalid_argument, "a stream has one recipient");
  const auto window = streams_.reserve_window();
  if (!window) return refuse(std::errc::no_buffer_space, {});
  request.stream_window = window;

  struct Asking {
    StreamCore::Opening opening;
    std::optional<Answer> answer;
    OpenedHandler on_opened;
  };
  const auto asking = std::make_shared<Asking>();
  asking->opening.name = request.name;
  asking->opening.window = *window;
  asking->on_opened = std::move(on_opened);
  const auto take_answer = [this, asking, &handler](const Answer& answer) {
    if (asking->answer) return;
    asking->answer = answer;
    if (answer.is_success && answer.stream_window) {
      asking->opening.credit = *answer.stream_window;
      return asking->on_opened(answer, streams_.open(std::move(asking->opening), handler));
    }
    streams_.release_window(asking->opening.window);
    asking->on_opened(answer, nullptr);
  };
  asking->opening.key = {.side = StreamKey::Side::requester,
                         .peer = peer,
                         .id = start_request(std::move(request), take_answer, [] {})};
}

std::unique_ptr<StreamEnd> SubscriberCore::accept_stream(const Message& command, Answer answer,
                                                         StreamHandler& handler) {
  const auto way = open_commands_.find(command);
  if (!way) return nullptr;
  const auto refuse = [&](ResponseCode code, std::string why) -> std::unique_ptr<StreamEnd> {
    (void)this->answer(command, make_failure({}, code, std::move(why)));
    return nullptr;
  };
  const auto credit = command.id.empty() ? std::nullopt : protocol::opening_window(command.stream);
  if (!credit) return refuse(ResponseCode::malformed, "this command is to be sent as a stream");
  StreamKey key{StreamKey::Side::executor, command.originator, command.id, *way};
  if (streams_.knows(key)) return refuse(ResponseCode::conflict, "there is a stream of that id");
  const auto window = streams_.reserve_window();
  if (!window) return refuse(ResponseCode::busy, "the device has as many streams as it can have");
  answer.stream_window = window;
  if (const auto sent = send_response(make_response(command, std::move(answer)), *way); !sent) {
    streams_.release_window(*window);
    (void)this->answer(command, make_send_failure({}, sent.error()));
    return nullptr;
  }
  (void)open_commands_.take(command);
  return streams_.open({std::move(key), command.name, *credit, *window}, handler);
}

/// What is malformed is answered in a Command; in an answer it only accepts no stream.
bool SubscriberCore::take_stream_message(const StreamKey::Side side, const Message& message,
                                         const OpenCommands::Way& way) {
  if (message.stream.empty()) return false;
  auto part = protocol::parse_stream_part(message.stream);
  if (!part) {
    const std::string why = part.error().message();
    LOG_DEBUG("a part of a stream was not understood", {"why", why});
    if (message.type == MessageType::command)
      (void)send_response(
          make_response(message, make_failure({}, ResponseCode::malformed, "stream: " + why)), way);
    return message.type == MessageType::command || !message.response;
  }
  if (part->id.empty()) return false;  // It opens or accepts one.
  const StreamKey key{side, message.originator, part->id, way};
  streams_.take(key, *part, message);
  return true;
}

Result<std::string> SubscriberCore::send_stream_message(const StreamKey& key,
                                                        const Message& message) {
  if (!sealed_) {
    Message whole = message;
    whole.id = make_id();
    TRY_VOID(send(whole));
    return whole.id;
  }
  if (key.side == StreamKey::Side::requester) return sealed_->requests().send_now(message);
  if (!key.way) return fail(std::errc::not_connected);
  return sealed_->send_response(message, *key.way);
}

void SubscriberCore::on_link_room() noexcept { streams_.send_next(); }

/// A device that accepted a stream when nobody waited for it any more is not to wait either.
void SubscriberCore::take_answer(const Message& response) {
  if (pending_.take_response(response) || !response.response || !response.response->success) return;
  const auto part = protocol::parse_stream_part(response.stream);
  if (part && std::holds_alternative<protocol::StreamOpening>(part->what))
    streams_.refuse({.side = StreamKey::Side::requester,
                     .peer = response.originator,
                     .id = response.response->request_id},
                    response);
}

void SubscriberCore::fail_streams(const std::string& peer, std::string_view why) {
  streams_.abort_peer(peer, why);
}

bool SubscriberCore::has_streams(const std::string& peer) const {
  return streams_.has_any_with(peer);
}

}  // namespace malinka::client
