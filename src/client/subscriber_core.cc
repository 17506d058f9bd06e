// SPDX-License-Identifier: MIT
#include "client/subscriber_core.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/try.h"
#include "client/messages.h"
#include "protocol/names.h"
#include "protocol/timestamp.h"

namespace malinka::client {
namespace {

/// A hub that names a later time is not believed, so that nothing overflows.
constexpr Wall hub_time_latest{std::chrono::hours(24 * 365 * 200)};

WhenReplaced when_replaced(const SubscriberSettings& settings) {
  return settings.is_device ? WhenReplaced::try_again : WhenReplaced::stop;
}

void remove_repeated(std::vector<std::string>& names) {
  std::set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
}

seal::Level level_of(Access access) {
  return access == Access::control ? seal::Level::control : seal::Level::view;
}

}  // namespace

SubscriberCore::SubscriberCore(net::Loop& loop, const SubscriberSettings& settings,
                               ConnectFunction connect, RandomBelow random_below,
                               SubscriberHandler& handler)
    : loop_(loop),
      handler_(handler),
      link_(loop, settings, std::move(connect),
            RetrySchedule(when_replaced(settings), std::move(random_below)), *this),
      streams_(loop.clock(), *this),
      alive_(std::make_shared<const int>()) {
  if (!settings.sealing) return;
  sealed_.emplace(SealedRequests::Place{.channel = settings.channel,
                                        .name = settings.name,
                                        .waiting_bytes_max = settings.outbox_bytes_max},
                  *settings.sealing, loop.clock(), static_cast<SealedHandler&>(*this));
  watch_sealing();
}

SubscriberCore::~SubscriberCore() {
  loop_.cancel(expiry_timer_);
  loop_.cancel(sealing_timer_);
}

void SubscriberCore::request(Request request, AnswerHandler on_answer, DoneHandler on_done) {
  (void)start_request(std::move(request), std::move(on_answer), std::move(on_done));
}

std::string SubscriberCore::start_request(Request request, AnswerHandler on_answer,
                                          DoneHandler on_done) {
  remove_repeated(request.recipients);
  const bool is_to_hub = request.recipients == std::vector{std::string(protocol::hub_name)};
  if (sealed_ && !is_to_hub)
    return request_sealed(std::move(request), std::move(on_answer), std::move(on_done));
  const bool is_to_all = names_all(request.recipients);
  const auto timeout = std::min(request.timeout, timeout_longest);
  std::vector<std::string> names = request.recipients;
  Message command = make_command(std::move(request));
  command.expires_at = expiry_in(timeout);

  const auto sent = pending_.has_room() ? send(command) : fail(std::errc::no_buffer_space);
  if (!sent) {
    fail_later(std::move(names), sent.error(), std::move(on_answer), std::move(on_done));
    return command.id;
  }
  if (is_to_all) names.clear();  // The hub's 202 will say.
  pending_.add(command.id, {.waiting_for = std::move(names),
                            .is_to_all = is_to_all,
                            .is_accepted = !is_to_all,
                            .heard_of = {},
                            .deadline = loop_.now() + timeout,
                            .on_answer = std::move(on_answer),
                            .on_done = std::move(on_done)});
  arm_expiry();
  return command.id;
}

void SubscriberCore::fail_later(std::vector<std::string> names, Error why, AnswerHandler on_answer,
                                DoneHandler on_done) {
  later([names = std::move(names), why = std::move(why), on_answer = std::move(on_answer),
         on_done = std::move(on_done)]() mutable {
    for (const std::string& name : names) on_answer(make_send_failure(name, why));
    on_done();
  });
}

/// An answer that does not fit has a short one in its place.
Result<void> SubscriberCore::answer(const Message& command, Answer answer) {
  const std::optional<OpenCommands::Way> way = open_commands_.take(command);
  if (!way) return {};
  auto sent = send_response(make_response(command, std::move(answer)), *way);
  if (sent) return sent;
  if (sent.error().code == std::errc::message_size)
    return send_response(
        make_response(command, make_failure({}, ResponseCode::too_large,
                                            "the answer is larger than the hub accepts")),
        *way);
  if (sent.error().code != std::errc::no_buffer_space) return sent;
  return send_response(
      make_response(command, make_failure({}, ResponseCode::unavailable,
                                          "carried out, but too much waits to be sent for its "
                                          "answer to be sent too")),
      *way);
}

Result<void> SubscriberCore::send_response(const Message& response, OpenCommands::Way way) {
  if (!way) return send(response);
  TRY_VOID(sealed_->send_response(response, *way));
  return {};
}

Result<void> SubscriberCore::broadcast(std::string name, std::string value,
                                       std::optional<Blob> blob, Access see) {
  Message message;
  message.type = MessageType::broadcast;
  message.id = make_id();
  message.name = std::move(name);
  message.value = std::move(value);
  message.blob = std::move(blob);
  return sealed_ ? sealed_->send_event(message, level_of(see)) : send(message);
}

void SubscriberCore::close(std::chrono::milliseconds timeout, net::Task on_closed) {
  open_commands_.clear();
  later([this] {
    streams_.fail_all("closed by this program");
    pending_.fail_all(ResponseCode::unavailable,
                      "closed by this program: " + std::string(not_known));
  });
  link_.close(timeout, std::move(on_closed));
}

void SubscriberCore::on_link_joined(const protocol::JoinAnswer& answer,
                                    bool takes_binary) noexcept {
  form_ = {.takes_binary = takes_binary, .payload_bytes_max = answer.text_bytes_max};
  roster_.reset(answer);
  // A foreign hub need not say how much may wait for us.
  streams_.set_queue_bytes(answer.queue_bytes == 0 ? limits::queue_bytes : answer.queue_bytes);
  hub_time_ = std::clamp(answer.time, Wall{}, hub_time_latest);
  hub_time_at_ = loop_.now();
  hear_all_devices();
}

void SubscriberCore::on_link_lost() noexcept {
  roster_.clear();
  open_commands_.clear();
  if (sealed_) sealed_->requests().on_link_lost();
  streams_.fail_all("the link to the hub was lost");
  pending_.fail_all(ResponseCode::unavailable,
                    "the link to the hub was lost: " + std::string(not_known));
}

void SubscriberCore::on_link_status(const ClientStatus& status) noexcept {
  handler_.on_status(status);
}

void SubscriberCore::on_link_message(link::MessageKind kind, ByteView payload) noexcept {
  auto received = MessageForm::read(kind, payload);
  if (!received) {
    LOG_DEBUG("a message was not understood", {"why", received.error().message()});
    return;
  }
  if (!sealed_) return take_plain(std::move(received->message));
  // Nobody in a channel has another name; only who lies, or the hub itself.
  const bool is_from_subscriber = protocol::is_name(received->message.originator);
  if (received->message.is_sealed && is_from_subscriber)
    return sealed_->take(received->message, received->sealed);
  if (!received->message.is_sealed) take_plain_in_sealed_channel(std::move(received->message));
}

void SubscriberCore::take_plain(Message message) {
  switch (message.type) {
    case MessageType::command:
      return take_command(std::move(message), std::nullopt, Access::control);
    case MessageType::response: return take_response(message);
    case MessageType::broadcast: return take_broadcast(message);
  }
}

void SubscriberCore::take_response(const Message& response) {
  const bool is_report = response.originator == protocol::hub_name && response.response;
  if (is_report && streams_.take_report(*response.response)) return;
  if (!take_stream_message(StreamKey::Side::requester, response, std::nullopt))
    take_answer(response);
}

void SubscriberCore::take_command(Message command, OpenCommands::Way way, Access access) {
  if (take_stream_message(StreamKey::Side::executor, command, way)) return;
  if (open_commands_.add(command, way)) return handler_.on_command(std::move(command), access);
  (void)send_response(
      make_response(command, make_failure({}, ResponseCode::busy, "too many commands at once")),
      way);
}

/// Only what the hub has signed is believed of others; nobody else can be called @hub.
void SubscriberCore::take_broadcast(const Message& broadcast) {
  if (broadcast.originator == protocol::hub_name) {
    if (broadcast.name == "hub.joined" || broadcast.name == "hub.left") take_presence(broadcast);
    if (broadcast.name == "hub.presence") take_crowd(broadcast);
    if (broadcast.name == "hub.dropped") take_dropped(broadcast);
  }
  handler_.on_event(broadcast);
}

void SubscriberCore::take_presence(const Message& presence) {
  const auto value = parse_json(presence.value);
  const std::string* const name = value ? find_string(*value, "subscriber") : nullptr;
  if (name == nullptr || !protocol::is_name(*name)) return;
  if (presence.name == "hub.joined") {
    const Json* const is_device = find_member(*value, "device");
    roster_.add(*name, is_device != nullptr && *is_device == true);
    if (!sealed_) return;
    sealed_->requests().on_joined(*name);
    if (roster_.is_device(*name)) want_events_of(*name);
    return;
  }
  roster_.remove(*name);
  if (sealed_) sealed_->requests().on_left(*name);
  open_commands_.drop_of(*name);
  streams_.fail_peer(*name, *name + " left");
  pending_.fail_recipient(*name, *name + " left: " + std::string(not_known));
}

/// How many there are, where they are too many to tell of each; else who they are, this one
/// included.
void SubscriberCore::take_crowd(const Message& presence) {
  const auto value = parse_json(presence.value);
  const Json* const subscribers = value ? find_member(*value, "subscribers") : nullptr;
  if (subscribers == nullptr) return roster_.become_crowd();
  if (!subscribers->is_array()) return;
  roster_.clear();
  const Json* const devices = find_member(*value, "devices");
  const auto add_all = [this](const Json& names, bool is_device) {
    for (const Json& name : names)
      if (name.is_string() && name != status().name && protocol::is_name(name.get<std::string>()))
        roster_.add(name.get<std::string>(), is_device);
  };
  add_all(*subscribers, false);
  if (devices != nullptr && devices->is_array()) add_all(*devices, true);
  if (sealed_) sealed_->requests().on_listed();
  hear_all_devices();
}

void SubscriberCore::take_dropped(const Message& dropped) {
  const auto value = parse_json(dropped.value);
  const Json* const from = value ? find_member(*value, "from") : nullptr;
  if (from == nullptr || !from->is_object()) return;
  for (const auto& [name, counts] : from->items()) {
    const Json* const responses = find_member(counts, "responses");
    if (responses != nullptr && *responses != 0) fail_dropped(name);
  }
}

/// docs/protocol.md section 4: answers may be among what was dropped, so nobody waits for those any
/// more. What waits for a sealed session was not even asked yet.
void SubscriberCore::fail_dropped(const std::string& name) {
  const std::string why = "its answer was dropped, as too much came at once";
  constexpr std::string_view why_streams = "a part of it was dropped, as too much came at once";
  // The hub's own may have been reports about anybody.
  const bool is_all = name == protocol::all_others || name == protocol::hub_name;
  is_all ? streams_.abort_all(why_streams) : streams_.abort_peer(name, why_streams);
  if (sealed_)
    return is_all ? sealed_->requests().on_dropped_all(why)
                  : sealed_->requests().on_dropped(name, why);
  const std::string error = why + ": " + std::string(not_known);
  if (is_all) return pending_.fail_all(ResponseCode::unavailable, error);
  pending_.fail_recipient(name, error);
}

Result<void> SubscriberCore::send(const Message& message) {
  if (!link_.is_joined()) return fail(std::errc::not_connected);
  auto frame = form_.make_frame(message);
  if (!frame) return std::unexpected(std::move(frame.error()));
  return link_.send(std::move(*frame));
}

std::string SubscriberCore::expiry_in(std::chrono::milliseconds timeout) const {
  const auto since = std::chrono::duration_cast<Wall::duration>(loop_.now() - hub_time_at_);
  return protocol::format_timestamp(hub_time_ + since + timeout);
}

/// One timer for all requests: at the earliest deadline.
void SubscriberCore::arm_expiry() {
  const auto deadline = pending_.next_deadline();
  if (deadline == expiry_armed_for_) return;
  loop_.cancel(std::exchange(expiry_timer_, net::no_timer));
  expiry_armed_for_ = deadline;
  if (!deadline) return;
  expiry_timer_ = loop_.after(std::max(*deadline - loop_.now(), Steady::duration::zero()), [this] {
    expiry_timer_ = net::no_timer;
    expiry_armed_for_.reset();
    pending_.expire(loop_.now());
    arm_expiry();
  });
}

void SubscriberCore::later(net::Task task) {
  loop_.next_turn([alive = std::weak_ptr(alive_), task = std::move(task)]() mutable {
    if (!alive.expired()) task();
  });
}

}  // namespace malinka::client
