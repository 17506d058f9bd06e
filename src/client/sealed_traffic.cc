// SPDX-License-Identifier: MIT
#include "client/sealed_traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/try.h"
#include "client/messages.h"
#include "protocol/message_codec.h"
#include "seal/identity.h"

namespace malinka::client {
namespace {

/// The Command that only asks whether a session is still known.
constexpr std::string_view ping_name = "seal.ping";

/// An inner message as it is sealed: what comes before the blob, and the blob, which is not copied.
class InnerPieces {
 public:
  InnerPieces(const Message& message, std::optional<std::chrono::milliseconds> deadline)
      : head_(protocol::encode_inner_head(message, deadline)),
        pieces_{head_, content_of(message)} {}
  InnerPieces(const InnerPieces&) = delete;
  InnerPieces& operator=(const InnerPieces&) = delete;

  [[nodiscard]] std::span<const ByteView> view() const { return pieces_; }
  /// Of the blob that they are sealed to.
  [[nodiscard]] std::size_t sealed_bytes() const {
    return seal::box_header_bytes + pieces_[0].size() + pieces_[1].size() + seal::tag_bytes;
  }

 private:
  static ByteView content_of(const Message& message) {
    const bool has_content = message.blob && message.blob->content;
    return has_content ? ByteView(*message.blob->content) : ByteView();
  }

  Bytes head_;
  std::array<ByteView, 2> pieces_;
};

std::size_t size_of(const Message& message) {
  return message.value.size() + message.name.size() + (message.blob ? message.blob->size() : 0);
}

Message make_ping(const std::string& device) {
  Message ping;
  ping.type = MessageType::command;
  ping.id = make_id();
  ping.name = ping_name;
  ping.recipients = {device};
  return ping;
}

Answer make_done() {
  Answer answer;
  answer.is_success = true;
  return answer;
}

Answer make_expired() {
  Answer answer =
      make_failure({}, ResponseCode::timed_out, "it came too late, and was not carried out");
  answer.value = R"({"expired":true})";
  return answer;
}

bool says_expired(const Message& response) {
  if (!response.response || response.response->code != static_cast<int>(ResponseCode::timed_out))
    return false;
  const auto value = parse_json(response.value);
  const Json* const expired = value ? find_member(*value, "expired") : nullptr;
  return expired != nullptr && *expired == true;
}

seal::Initiator::Self initiator_of(const SealedTraffic::Place& place, const Sealing& sealing) {
  return {.channel = place.channel, .name = place.name, .keys = sealing.keys};
}

}  // namespace

SealedTraffic::SealedTraffic(Place place, Sealing sealing, const Clock& clock,
                             SealedTrafficHandler& handler)
    : place_(std::move(place)),
      sealing_(std::move(sealing)),
      clock_(clock),
      handler_(handler),
      initiator_(initiator_of(place_, sealing_), *this) {
  if (!sealing_.identity) return;
  events_.emplace(clock_.now());
  responder_.emplace(seal::Responder::Self{.channel = place_.channel,
                                           .name = place_.name,
                                           .keys = sealing_.keys,
                                           .identity = seal::KeyPair(*sealing_.identity)},
                     *events_);
}

Result<void> SealedTraffic::send_command(Message command, Steady deadline) {
  const std::string device = command.recipients.front();
  if (initiator_.has_session(device)) return seal_command(command, deadline);
  const std::size_t bytes = size_of(command);
  if (bytes > place_.waiting_bytes_max - waiting_bytes_) return fail(std::errc::no_buffer_space);
  waiting_bytes_ += bytes;
  waiting_[device].push_back({std::move(command), deadline, bytes});
  initiator_.want(device, clock_.now());
  return {};
}

Result<void> SealedTraffic::seal_command(const Message& command, Steady deadline) {
  const std::string& device = command.recipients.front();
  const Steady now = clock_.now();
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now);
  const InnerPieces inner(command, initiator_.age(device, now) + left);
  TRY_VOID(handler_.check_outer(inner.sealed_bytes()));
  return send_blob(MessageType::command, device, command.id,
                   initiator_.seal(device, inner.view(), now));
}

Result<void> SealedTraffic::send_response(const Message& response, const SealedOrigin& origin) {
  const InnerPieces inner(response, std::nullopt);
  TRY_VOID(handler_.check_outer(inner.sealed_bytes()));
  auto blob = responder_ ? responder_->seal(origin.session, inner.view(), clock_.now())
                         : std::optional<Bytes>();
  if (!blob) return fail(std::errc::not_connected, "the session has ended");
  return send_blob(MessageType::response, response.recipients.front(), make_id(), *std::move(blob));
}

Result<void> SealedTraffic::send_event(const Message& event, seal::Level level) {
  if (!events_)
    return fail(std::errc::operation_not_permitted,
                "in a sealed channel only devices tell everyone something");
  const InnerPieces inner(event, std::nullopt);
  TRY_VOID(handler_.check_outer(inner.sealed_bytes()));
  return send_blob(MessageType::broadcast, {}, make_id(),
                   events_->seal(level, inner.view(), clock_.now()));
}

Result<void> SealedTraffic::send_blob(MessageType type, std::string_view recipient, std::string id,
                                      Bytes blob) {
  Message outer;
  outer.type = type;
  outer.id = std::move(id);
  outer.is_sealed = true;
  if (!recipient.empty()) outer.recipients = {std::string(recipient)};
  outer.blob.emplace().content = std::make_shared<const Bytes>(std::move(blob));
  return handler_.send_outer(outer);
}

void SealedTraffic::take(const Message& outer, ByteView blob) {
  switch (outer.type) {
    case MessageType::command: return take_command(outer, blob);
    case MessageType::response: return initiator_.take(outer.originator, blob, clock_.now());
    case MessageType::broadcast: return take_event(outer, blob);
  }
}

void SealedTraffic::take_command(const Message& outer, ByteView blob) {
  if (!responder_) {  // No sessions here: whoever says hello need not wait.
    if (auto unknown = seal::refuse_hello(blob))
      (void)send_blob(MessageType::response, outer.originator, make_id(), *std::move(unknown));
    return;
  }
  const Steady now = clock_.now();
  auto [reply, command] = responder_->take(outer.originator, blob, now);
  if (reply) (void)send_blob(MessageType::response, outer.originator, make_id(), *std::move(reply));
  if (!command) return;
  if (command->lost > 0)
    LOG_DEBUG("sealed commands were lost", {"count", std::to_string(command->lost)});
  auto inner = protocol::decode_inner_message(command->inner);
  if (!inner || inner->message.type != MessageType::command) {
    LOG_DEBUG("a sealed command was not understood");
    return;
  }
  Message& message = inner->message;
  message.originator = outer.originator;
  message.is_sealed = true;
  const SealedOrigin origin{command->session, command->level};
  if (inner->deadline && now - command->began > *inner->deadline)
    return (void)send_response(make_response(message, make_expired()), origin);
  if (message.name == ping_name)
    return (void)send_response(make_response(message, make_done()), origin);
  handler_.take_sealed_command(std::move(message), origin);
}

void SealedTraffic::take_event(const Message& outer, ByteView blob) {
  const auto form = seal::parse_form(blob);
  const auto* const sealed = form ? std::get_if<seal::SealedBox>(&*form) : nullptr;
  if (sealed == nullptr || sealed->kind != seal::BoxKind::event) return;
  auto opened = heard_.open(outer.originator, *sealed);
  if (!opened) {
    if (opened.error() == seal::EventReceiver::Failure::unknown_key)
      handler_.want_events_of(outer.originator);
    return;
  }
  if (opened->lost > 0) handler_.tell_lost(outer.originator, MessageType::broadcast, opened->lost);
  auto inner = protocol::decode_inner_message(opened->plaintext);
  if (!inner || inner->message.type != MessageType::broadcast) return;
  inner->message.originator = outer.originator;
  inner->message.is_sealed = true;
  handler_.take_sealed_event(inner->message);
}

/// Of hellos alone: what is said of a Command its request knows by the Command's own id.
void SealedTraffic::take_report(const ResponseStatus& report) {
  const auto greeted = greeted_by_id_.find(report.request_id);
  if (greeted == greeted_by_id_.end()) return;
  if (report.code != static_cast<int>(ResponseCode::not_found)) return;  // It is tried again.
  const std::string device = greeted->second;
  greeted_by_id_.erase(greeted);
  initiator_.give_up(device);
  drop_waiting(device);
  handler_.fail_recipient(device, ResponseCode::not_found, report.error);
}

void SealedTraffic::listen_to(const std::string& device) { initiator_.want(device, clock_.now()); }

void SealedTraffic::on_peer_left(std::string_view name) {
  initiator_.give_up(name);
  initiator_.doubt(name);
  drop_waiting(name);
}

void SealedTraffic::on_link_lost() {
  initiator_.lose_link();
  greeted_by_id_.clear();
  waiting_.clear();
  waiting_bytes_ = 0;
}

void SealedTraffic::expire() {
  initiator_.expire(clock_.now());
  if (responder_) responder_->expire(clock_.now());
}

void SealedTraffic::send_hello(const std::string& device, Bytes blob) {
  forget_greeting(device);
  std::string id = make_id();
  if (send_blob(MessageType::command, device, id, std::move(blob)))
    greeted_by_id_.emplace(std::move(id), device);
}

/// What has waited leaves; where nothing did, a ping shows the device that the session is real.
void SealedTraffic::on_session(const std::string& device) {
  forget_greeting(device);
  const auto found = waiting_.find(device);
  if (found == waiting_.end()) return send_ping(device);
  const std::vector<Waiting> waiting = std::move(found->second);
  waiting_.erase(found);
  for (const Waiting& one : waiting) {
    waiting_bytes_ -= one.bytes;
    if (one.deadline <= clock_.now()) continue;  // Its request has failed.
    if (const auto sent = seal_command(one.command, one.deadline); !sent)
      handler_.fail_command(one.command, sent.error());
  }
}

void SealedTraffic::on_doubt(const std::string& device) { send_ping(device); }

void SealedTraffic::send_ping(const std::string& device) {
  const Message ping = make_ping(device);
  const InnerPieces inner(ping, std::nullopt);
  (void)send_blob(MessageType::command, device, make_id(),
                  initiator_.seal(device, inner.view(), clock_.now()));
}

void SealedTraffic::on_no_session(const std::string& device, seal::NoSession why) {
  forget_greeting(device);
  drop_waiting(device);
  switch (why) {
    case seal::NoSession::unanswered:
      return handler_.fail_recipient(device, ResponseCode::timed_out,
                                     "it did not answer when a sealed session was asked for");
    case seal::NoSession::not_verified:
      return handler_.fail_recipient(device, ResponseCode::wrong_key,
                                     "no sealed session could be made: the device has another "
                                     "password, or the hub interferes");
    case seal::NoSession::refused:
      return handler_.fail_recipient(device, ResponseCode::not_supported,
                                     "it takes no sealed commands: it is no device");
    case seal::NoSession::identity_changed:
      return handler_.fail_recipient(device, ResponseCode::identity_changed,
                                     explain_change(device));
    case seal::NoSession::too_many:
      return handler_.fail_recipient(device, ResponseCode::busy,
                                     "sessions with as many devices as there may be are in use");
  }
}

void SealedTraffic::on_session_lost(const std::string& device) {
  handler_.fail_recipient(device, ResponseCode::unavailable,
                          fmt::format("{} has begun anew: {}", device, not_known));
}

void SealedTraffic::on_opened(const std::string& device, Bytes inner) {
  auto decoded = protocol::decode_inner_message(inner);
  if (!decoded || decoded->message.type != MessageType::response) {
    LOG_DEBUG("a sealed response was not understood");
    return;
  }
  decoded->message.originator = device;
  decoded->message.is_sealed = true;
  if (says_expired(decoded->message)) initiator_.end(device);  // A clock has stood still.
  handler_.take_sealed_response(decoded->message);
}

void SealedTraffic::on_missed(const std::string& device, std::uint64_t count) {
  handler_.tell_lost(device, MessageType::response, count);
  handler_.fail_recipient(
      device, ResponseCode::unavailable,
      fmt::format("an answer of {} was lost on the way: {}", device, not_known));
}

void SealedTraffic::on_event_keys(const std::string& device,
                                  const std::vector<seal::EventKey>& keys) {
  heard_.learn(device, keys);
}

bool SealedTraffic::is_trusted(const std::string& device, const seal::PublicKey& identity) {
  const auto verdict = sealing_.known_devices->meet(place_.channel, device, identity);
  if (verdict != KnownDevices::Verdict::changed) {
    changed_.erase(device);
    return true;
  }
  changed_.insert_or_assign(device, identity);
  return false;
}

void SealedTraffic::drop_waiting(std::string_view device) {
  const auto found = waiting_.find(device);
  if (found == waiting_.end()) return;
  for (const Waiting& one : found->second) waiting_bytes_ -= one.bytes;
  waiting_.erase(found);
}

void SealedTraffic::forget_greeting(std::string_view device) {
  std::erase_if(greeted_by_id_, [device](const auto& entry) { return entry.second == device; });
}

std::string SealedTraffic::explain_change(const std::string& device) const {
  return fmt::format(
      "the identity of {0} has changed: it was {1} and is {2} now. If {0} was set up anew, accept "
      "that with `malinka trust {0}`; if not, somebody may be posing as it",
      device, fingerprint(device), changed_fingerprint(device));
}

std::string SealedTraffic::changed_fingerprint(std::string_view device) const {
  const auto changed = changed_.find(device);
  return changed == changed_.end() ? std::string() : seal::fingerprint_of(changed->second);
}

Result<void> SealedTraffic::trust(const std::string& device) {
  const auto changed = changed_.find(device);
  if (changed == changed_.end()) return fail(std::errc::no_such_device_or_address, device);
  TRY_VOID(sealing_.known_devices->accept(place_.channel, device, changed->second));
  changed_.erase(device);
  initiator_.end(device);
  return {};
}

std::string SealedTraffic::fingerprint(std::string_view device) const {
  return sealing_.known_devices->fingerprint_of(place_.channel, device);
}

}  // namespace malinka::client
