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
/// How this end signs what it tells its owner itself: nobody else can be called that.
constexpr std::string_view own_name = "@client";

Message make_refusal(const Message& command) {
  return make_response(
      command,
      make_failure(
          {}, ResponseCode::denied,
          "this channel is sealed, and plain commands are not carried out in it; the device "
          "can be set to sealed = false"));
}

/// As hub.dropped says it.
Message make_lost(const std::string& originator, MessageType type, std::uint64_t count) {
  const bool is_event = type == MessageType::broadcast;
  const Json counts = {{"broadcasts", is_event ? count : 0}, {"responses", is_event ? 0 : count}};
  Message lost;
  lost.type = MessageType::broadcast;
  lost.name = "seal.lost";
  lost.originator = own_name;
  lost.value = dump_json({{"from", {{originator, counts}}}});
  return lost;
}

}  // namespace

void SubscriberCore::request_sealed(Request request, AnswerHandler on_answer, DoneHandler on_done) {
  if (request.recipients == std::vector{std::string(protocol::all_others)} && !is_crowd())
    request.recipients = device_names();
  if (request.recipients.empty())
    return later([on_done = std::move(on_done)]() mutable { on_done(); });
  if (auto problem = check_request(request.recipients); !problem)
    return fail_later(std::move(request.recipients), std::move(problem.error()),
                      std::move(on_answer), std::move(on_done));

  const Steady deadline = loop_.now() + std::min(request.timeout, timeout_longest);
  const std::vector<std::string> names = std::move(request.recipients);
  Message command = make_command(std::move(request));
  pending_.add(command.id, {.waiting_for = names,
                            .heard_of = {},
                            .deadline = deadline,
                            .on_answer = std::move(on_answer),
                            .on_done = std::move(on_done)});
  arm_expiry();
  is_requesting_ = true;
  for (const std::string& name : names) {
    command.recipients = {name};
    if (const auto sent = sealed_->send_command(command, deadline); !sent)
      fail_command(command, sent.error());
  }
  is_requesting_ = false;
}

/// Of a crowd nobody knows the names; and what cannot be sent is not even waited for.
Result<void> SubscriberCore::check_request(const std::vector<std::string>& recipients) const {
  if (!link_.is_joined()) return fail(std::errc::not_connected);
  if (!pending_.has_room()) return fail(std::errc::no_buffer_space);
  if (std::ranges::find(recipients, protocol::all_others) != recipients.end())
    return fail(std::errc::not_supported,
                "there are too many in the channel to seal for each: name the devices");
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
  sealed_->take_report(*message.response);
  pending_.take_response(message);
}

void SubscriberCore::take_sealed_command(Message command, const SealedOrigin& origin) {
  const Access access = origin.level == seal::Level::control ? Access::control : Access::view;
  take_command(std::move(command), origin, access);
}

void SubscriberCore::take_sealed_response(const Message& response) {
  pending_.take_response(response);
}

void SubscriberCore::take_sealed_event(const Message& event) { handler_.on_event(event); }

void SubscriberCore::fail_command(const Message& command, const Error& why) {
  settle([this, id = command.id, answer = make_send_failure(command.recipients.front(), why)] {
    pending_.fail(id, answer);
  });
}

void SubscriberCore::fail_recipient(const std::string& recipient, ResponseCode code,
                                    std::string_view why) {
  settle([this, recipient, code, error = std::string(why)] {
    pending_.fail_recipient(recipient, code, error);
  });
}

void SubscriberCore::settle(net::Task task) {
  if (is_requesting_) return later(std::move(task));
  task();
}

void SubscriberCore::tell_lost(const std::string& originator, MessageType type,
                               std::uint64_t count) {
  handler_.on_event(make_lost(originator, type, count));
}

void SubscriberCore::listen() {
  if (std::exchange(is_listening_, true) || !link_.is_joined()) return;
  hear_all_devices();
}

void SubscriberCore::hear_all_devices() {
  if (!sealed_ || !is_listening_) return;
  for (const std::string& name : device_names()) want_events_of(name);
}

/// Not all at once: the members of a channel hear of a device in the same moment.
void SubscriberCore::want_events_of(const std::string& originator) {
  if (!is_listening_ || events_wanted_.size() >= limits::seal_event_owners_max) return;
  if (!events_wanted_.insert(originator).second) return;
  const std::uint64_t longest = std::min<std::uint64_t>(
      limits::seal_event_delay_milliseconds * (roster_.members().size() + 1),
      limits::seal_event_delay_milliseconds_max);
  const std::chrono::milliseconds delay(base::random_below(longest + 1));
  (void)loop_.after(delay, [this, alive = std::weak_ptr(alive_), originator] {
    if (alive.expired()) return;
    events_wanted_.erase(originator);
    if (link_.is_joined()) sealed_->listen_to(originator);
  });
}

std::string SubscriberCore::fingerprint(std::string_view device) const {
  return sealed_ ? sealed_->fingerprint(device) : std::string();
}

std::string SubscriberCore::changed_fingerprint(std::string_view device) const {
  return sealed_ ? sealed_->changed_fingerprint(device) : std::string();
}

Result<void> SubscriberCore::trust(const std::string& device) {
  if (!sealed_) return fail(std::errc::no_such_device_or_address, device);
  return sealed_->trust(device);
}

/// Hellos are said again, and sessions end, to the second.
void SubscriberCore::watch_sealing() {
  sealed_->expire();
  sealing_timer_ = loop_.after(sealing_step, [this] { watch_sealing(); });
}

}  // namespace malinka::client
