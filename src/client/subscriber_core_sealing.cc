// SPDX-License-Identifier: MIT
// The half of a SubscriberCore that a sealed channel needs: requests that are sealed for each
// recipient, and what is believed of what came plainly.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/random.h"
#include "client/messages.h"
#include "client/subscriber_core.h"
#include "protocol/names.h"

namespace malinka::client {
namespace {

constexpr std::chrono::seconds sealing_step{1};
/// How this end signs what it tells its owner itself; what comes by that name is not taken.
constexpr std::string_view own_name = "@client";

Message make_refusal(const Message& command) {
  return make_response(
      command,
      make_failure(
          {}, ResponseCode::denied,
          "this channel is sealed, and plain commands are not carried out in it; the device "
          "can be set to sealed = false"));
}

/// What this end tells its owner itself.
Message make_own_event(std::string name, const Json& value) {
  Message event;
  event.type = MessageType::broadcast;
  event.name = std::move(name);
  event.originator = own_name;
  event.value = dump_json(value);
  return event;
}

}  // namespace

std::string SubscriberCore::request_sealed(Request request, AnswerHandler on_answer,
                                           DoneHandler on_done) {
  if (auto problem = check_request(request.recipients); !problem) {
    fail_later(std::move(request.recipients), std::move(problem.error()), std::move(on_answer),
               std::move(on_done));
    return {};
  }
  if (names_all(request.recipients)) request.recipients = device_names();
  if (request.recipients.empty()) {
    later([on_done = std::move(on_done)]() mutable { on_done(); });
    return {};
  }

  const auto timeout = std::clamp(request.timeout, std::chrono::milliseconds(0), timeout_longest);
  const std::vector<std::string> names = std::move(request.recipients);
  Message command = make_command(std::move(request));
  pending_.add(command.id, {.waiting_for = names,
                            .heard_of = {},
                            .deadline = loop_.now() + timeout,
                            .on_answer = std::move(on_answer),
                            .on_done = std::move(on_done)});
  arm_expiry();
  is_requesting_ = true;
  for (const std::string& name : names) {
    command.recipients = {name};
    if (const auto sent = sealed_->requests().send(command, timeout); !sent) {
      const Answer failure = make_send_failure(name, sent.error());
      fail_command(command.id, name, static_cast<ResponseCode>(failure.code), failure.error);
    }
  }
  is_requesting_ = false;
  return command.id;
}

/// What cannot be asked is not even waited for.
Result<void> SubscriberCore::check_request(const std::vector<std::string>& recipients) const {
  if (!link_.is_joined()) return fail(std::errc::not_connected);
  if (!pending_.has_room()) return fail(std::errc::no_buffer_space);
  if (names_all(recipients)) {
    if (!is_crowd()) return {};
    return fail(std::errc::not_supported,
                "there are too many in the channel to seal for each: name the devices");
  }
  for (const std::string& name : recipients)
    if (!protocol::is_name(name))
      return fail(std::errc::invalid_argument, "no name of a device: " + name);
  return {};
}

std::vector<std::string> SubscriberCore::device_names() const {
  std::vector<std::string> names;
  for (const Member& member : roster_.members())
    if (member.is_device) names.push_back(member.name);
  return names;
}

Result<void> SubscriberCore::check_outer(std::size_t blob_bytes) const {
  if (!link_.is_joined()) return fail(std::errc::not_connected);
  const std::size_t frame_bytes = form_.frame_bytes_for(blob_bytes);
  if (frame_bytes > form_.payload_bytes_max) return fail(std::errc::message_size);
  if (!link_.has_room(frame_bytes)) return fail(std::errc::no_buffer_space);
  return {};
}

/// Plainly only the hub is believed, and only in what is the hub's to say.
void SubscriberCore::take_plain_in_sealed_channel(Message message) {
  if (message.type == MessageType::command) return (void)send(make_refusal(message));
  if (message.originator != protocol::hub_name) return;
  if (message.type == MessageType::broadcast && message.name.starts_with("hub."))
    return take_broadcast(message);
  if (message.type != MessageType::response || !message.response) return;
  if (streams_.take_report(*message.response)) return;
  if (!sealed_->requests().take_report(*message.response)) (void)pending_.take_response(message);
}

void SubscriberCore::take_sealed_command(Message command, const SealedOrigin& origin) {
  const Access access = origin.level == seal::Level::control ? Access::control : Access::view;
  take_command(std::move(command), origin, access);
}

void SubscriberCore::take_sealed_response(const Message& response) {
  if (!take_stream_message(StreamKey::Side::requester, response, std::nullopt))
    take_answer(response);
}

void SubscriberCore::take_sealed_event(const Message& event) { handler_.on_event(event); }

/// At once, or in a later turn where the owner's own call still goes on.
void SubscriberCore::fail_command(const std::string& id, const std::string& device,
                                  ResponseCode code, std::string_view why) {
  Answer failure = make_failure(device, code, std::string(why));
  if (!is_requesting_) return pending_.fail(id, failure);
  later([this, id, failure = std::move(failure)] { pending_.fail(id, failure); });
}

/// As hub.dropped says it.
void SubscriberCore::tell_missed(const std::string& originator, MessageType type,
                                 std::uint64_t count) {
  const bool is_event = type == MessageType::broadcast;
  const Json counts = {{"broadcasts", is_event ? count : 0}, {"responses", is_event ? 0 : count}};
  handler_.on_event(make_own_event("seal.lost", {{"from", {{originator, counts}}}}));
}

void SubscriberCore::tell_changed(const std::string& device) {
  handler_.on_event(make_own_event("seal.changed", {{"subscriber", device},
                                                    {"remembered", fingerprint(device)},
                                                    {"fingerprint", changed_fingerprint(device)}}));
}

void SubscriberCore::listen() {
  if (std::exchange(is_listening_, true) || !link_.is_joined()) return;
  hear_all_devices();
}

/// Where there is a session already, its event keys are known.
void SubscriberCore::hear_all_devices() {
  if (!sealed_ || !is_listening_) return;
  for (const std::string& name : device_names()) want_events_of(name);
}

/// Not all at once: the members of a channel hear of a device in the same moment.
void SubscriberCore::want_events_of(const std::string& originator) {
  if (!is_listening_ || events_wanted_.size() >= limits::seal_event_owners_max) return;
  if (!events_wanted_.insert(originator).second) return;
  const std::uint64_t longest =
      is_crowd()
          ? limits::seal_event_delay_milliseconds_max
          : std::min<std::uint64_t>(limits::seal_event_delay_milliseconds * (roster_.size() + 1),
                                    limits::seal_event_delay_milliseconds_max);
  const std::chrono::milliseconds delay(base::random_below(longest + 1));
  (void)loop_.after(delay, [this, alive = std::weak_ptr(alive_), originator] {
    if (alive.expired()) return;
    events_wanted_.erase(originator);
    if (link_.is_joined()) sealed_->requests().renew(originator);
  });
}

std::string SubscriberCore::fingerprint(std::string_view device) const {
  return sealed_ ? sealed_->fingerprint(device) : std::string();
}

std::string SubscriberCore::changed_fingerprint(std::string_view device) const {
  return sealed_ ? sealed_->requests().changed_fingerprint(device) : std::string();
}

Result<void> SubscriberCore::trust(const std::string& device, std::string_view fingerprint) {
  if (!sealed_) return fail(std::errc::no_such_device_or_address, device);
  return sealed_->requests().trust(device, fingerprint);
}

/// Hellos are said again, and sessions end, to the second.
void SubscriberCore::watch_sealing() {
  sealed_->expire();
  streams_.fail_sessions(
      [this](const SealedOrigin& origin) { return sealed_->has_session(origin); },
      "its sealed session has ended");
  sealing_timer_ = loop_.after(sealing_step, [this] { watch_sealing(); });
}

}  // namespace malinka::client
