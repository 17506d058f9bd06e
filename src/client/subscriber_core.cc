// SPDX-License-Identifier: MIT
#include "client/subscriber_core.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "protocol/names.h"
#include "protocol/timestamp.h"

namespace malinka::client {
namespace {

constexpr unsigned id_bits = 96;
constexpr std::chrono::milliseconds timeout_longest = std::chrono::hours(24);
/// A hub that names a later time is not believed, so that nothing overflows.
constexpr Wall hub_time_latest{std::chrono::hours(24 * 365 * 200)};
constexpr std::string_view not_known = "not known whether it was carried out";

std::string make_id() { return '"' + base::random_text(id_bits) + '"'; }

WhenReplaced when_replaced(const SubscriberSettings& settings) {
  return settings.is_device ? WhenReplaced::try_again : WhenReplaced::stop;
}

void remove_repeated(std::vector<std::string>& names) {
  std::set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
}

/// Why a request could not be sent, as an answer says it.
Answer make_send_failure(const std::string& recipient, const Error& error) {
  if (error.code == std::errc::message_size)
    return make_failure(recipient, ResponseCode::too_large, "larger than the hub accepts");
  if (error.code == std::errc::no_buffer_space)
    return make_failure(recipient, ResponseCode::unavailable, "too much waits to be sent already");
  if (error.code == std::errc::not_connected)
    return make_failure(recipient, ResponseCode::unavailable, "not joined to the hub");
  return make_failure(recipient, ResponseCode::malformed, error.message());
}

Message make_response(const Message& command, Answer answer) {
  if (answer.code == 0)
    answer.code = static_cast<int>(answer.is_success ? ResponseCode::done : ResponseCode::failed);
  Message response;
  response.type = MessageType::response;
  response.id = make_id();
  response.name = command.name;
  response.recipients = {command.originator};
  response.value = std::move(answer.value);
  response.blob = std::move(answer.blob);
  response.response = ResponseStatus{.request_id = command.id.empty() ? "null" : command.id,
                                     .success = answer.code / 100 == 2,
                                     .code = answer.code,
                                     .error = std::move(answer.error)};
  return response;
}

}  // namespace

SubscriberCore::SubscriberCore(net::Loop& loop, const SubscriberSettings& settings,
                               ConnectFunction connect, RandomBelow random_below,
                               SubscriberHandler& handler)
    : loop_(loop),
      handler_(handler),
      link_(loop, settings, std::move(connect),
            RetrySchedule(when_replaced(settings), std::move(random_below)), *this),
      alive_(std::make_shared<const int>()) {}

SubscriberCore::~SubscriberCore() { loop_.cancel(expiry_timer_); }

void SubscriberCore::request(Request request, AnswerHandler on_answer, DoneHandler on_done) {
  remove_repeated(request.recipients);
  const bool is_to_all = request.recipients == std::vector{std::string(protocol::all_others)};
  const auto timeout = std::min(request.timeout, timeout_longest);
  Message command;
  command.type = MessageType::command;
  command.id = make_id();
  command.name = std::move(request.name);
  command.recipients = request.recipients;
  command.expires_at = expiry_in(timeout);
  command.value = std::move(request.value);
  command.blob = std::move(request.blob);

  const auto sent = pending_.has_room() ? send(command) : fail(std::errc::no_buffer_space);
  if (!sent) {
    return later([names = std::move(request.recipients), error = sent.error(),
                  on_answer = std::move(on_answer), on_done = std::move(on_done)]() mutable {
      for (const std::string& name : names) on_answer(make_send_failure(name, error));
      on_done();
    });
  }
  if (is_to_all) request.recipients.clear();  // The hub's 202 will say.
  pending_.add(std::move(command.id), {.waiting_for = std::move(request.recipients),
                                       .is_to_all = is_to_all,
                                       .is_accepted = !is_to_all,
                                       .heard_of = {},
                                       .deadline = loop_.now() + timeout,
                                       .on_answer = std::move(on_answer),
                                       .on_done = std::move(on_done)});
  arm_expiry();
}

Result<void> SubscriberCore::answer(const Message& command, Answer answer) {
  if (!open_commands_.take(command)) return {};
  auto sent = send(make_response(command, std::move(answer)));
  if (sent || sent.error().code != std::errc::message_size) return sent;
  return send(make_response(command, make_failure({}, ResponseCode::too_large,
                                                  "the answer is larger than the hub accepts")));
}

Result<void> SubscriberCore::broadcast(std::string name, std::string value,
                                       std::optional<Blob> blob) {
  Message message;
  message.type = MessageType::broadcast;
  message.id = make_id();
  message.name = std::move(name);
  message.value = std::move(value);
  message.blob = std::move(blob);
  return send(message);
}

void SubscriberCore::close(std::chrono::milliseconds timeout, net::Task on_closed) {
  open_commands_.clear();
  later([this] {
    pending_.fail_all(ResponseCode::unavailable,
                      "closed by this program: " + std::string(not_known));
  });
  link_.close(timeout, std::move(on_closed));
}

void SubscriberCore::on_link_joined(const protocol::JoinAnswer& answer,
                                    bool takes_binary) noexcept {
  form_ = {.takes_binary = takes_binary, .payload_bytes_max = answer.text_bytes_max};
  roster_.reset(answer);
  hub_time_ = std::clamp(answer.time, Wall{}, hub_time_latest);
  hub_time_at_ = loop_.now();
}

void SubscriberCore::on_link_lost() noexcept {
  roster_.clear();
  open_commands_.clear();
  pending_.fail_all(ResponseCode::unavailable,
                    "the link to the hub was lost: " + std::string(not_known));
}

void SubscriberCore::on_link_status(const ClientStatus& status) noexcept {
  handler_.on_status(status);
}

void SubscriberCore::on_link_message(link::MessageKind kind, ByteView payload) noexcept {
  auto message = MessageForm::read(kind, payload);
  if (!message) {
    LOG_DEBUG("a message was not understood", {"why", message.error().message()});
    return;
  }
  switch (message->type) {
    case MessageType::command: return take_command(std::move(*message));
    case MessageType::response: return pending_.take_response(*message);
    case MessageType::broadcast: return take_broadcast(*message);
  }
}

void SubscriberCore::take_command(Message command) {
  if (open_commands_.add(command)) return handler_.on_command(std::move(command));
  (void)send(
      make_response(command, make_failure({}, ResponseCode::busy, "too many commands at once")));
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
    return roster_.add(*name, is_device != nullptr && *is_device == true);
  }
  roster_.remove(*name);
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
}

/// docs/protocol.md section 4: answers may be among what was dropped, so nobody waits for those any
/// more.
void SubscriberCore::take_dropped(const Message& dropped) {
  const auto value = parse_json(dropped.value);
  const Json* const from = value ? find_member(*value, "from") : nullptr;
  if (from == nullptr || !from->is_object()) return;
  const std::string why =
      "its answer was dropped, as too much came at once: " + std::string(not_known);
  for (const auto& [name, counts] : from->items()) {
    const Json* const responses = find_member(counts, "responses");
    if (responses == nullptr || *responses == 0) continue;
    if (name == protocol::all_others) return pending_.fail_all(ResponseCode::unavailable, why);
    pending_.fail_recipient(name, why);
  }
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
