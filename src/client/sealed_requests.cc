// SPDX-License-Identifier: MIT
#include "client/sealed_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/try.h"
#include "client/messages.h"
#include "client/sealed_message.h"
#include "protocol/message_codec.h"
#include "seal/identity.h"

namespace malinka::client {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds keep_wait{limits::seal_keep_seconds};
constexpr std::chrono::seconds ping_wait{limits::seal_hello_seconds};
/// What a message takes beside what is in it.
constexpr std::size_t message_overhead_bytes = 1024;

std::size_t size_of(const Message& message) {
  return message_overhead_bytes + message.value.size() + message.name.size() +
         (message.blob ? message.blob->size() : 0);
}

}  // namespace

SealedRequests::SealedRequests(Place place, const Sealing& sealing, seal::EventReceiver& event_keys,
                               const Clock& clock, SealedHandler& handler)
    : place_(std::move(place)),
      known_devices_(*sealing.known_devices),
      event_keys_(event_keys),
      clock_(clock),
      handler_(handler),
      initiator_({.channel = place_.channel,
                  .name = place_.name,
                  .keys = sealing.keys,
                  .is_trusted = [this](const std::string& device, const seal::PublicKey& identity) {
                    return is_trusted(device, identity);
                  }}) {}

Result<void> SealedRequests::send(Message command, milliseconds timeout) {
  const std::string name = command.recipients.front();
  const Steady now = clock_.boot_now();
  Device& device = devices_[name];
  if (device.waiting.empty() && initiator_.has_session(name))
    return seal_command(std::move(command), now + timeout);
  const std::size_t bytes = size_of(command);
  if (bytes > place_.waiting_bytes_max - waiting_bytes_) return fail(std::errc::no_buffer_space);
  waiting_bytes_ += bytes;
  device.waiting.push_back({std::move(command), now + timeout, bytes});
  initiator_.want(name, now);
  pump();
  return {};
}

void SealedRequests::take(const std::string& device, ByteView blob) {
  initiator_.take(device, blob, clock_.boot_now());
  pump();
}

/// What has happened is dealt with one by one; what that brings about comes behind it.
void SealedRequests::pump() {
  if (std::exchange(is_pumping_, true)) return;
  for (auto events = initiator_.take_events(); !events.empty(); events = initiator_.take_events())
    for (seal::InitiatorEvent& event : events)
      std::visit([this](auto& one) { handle(one); }, event);
  is_pumping_ = false;
}

void SealedRequests::handle(seal::SendHello& hello) {
  std::string id = make_id();
  if (send_blob(hello.device, id, std::move(hello.blob))) set_probe(hello.device, std::move(id));
}

/// What has waited leaves; where nothing does, a ping shows the device that the session is real.
void SealedRequests::handle(const seal::SessionReady& ready) {
  set_probe(ready.device, {});
  bool is_confirmed = false;
  // A handler that is told of a failure may ask more: that waits behind this.
  while (initiator_.has_session(ready.device)) {
    std::deque<Waiting>& waiting = devices_[ready.device].waiting;
    if (waiting.empty()) break;
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    waiting_bytes_ -= next.bytes;
    if (next.deadline <= clock_.boot_now()) continue;  // Its request has failed.
    const std::string id = next.command.id;
    if (const auto sent = seal_command(std::move(next.command), next.deadline)) {
      is_confirmed = true;
    } else {
      const Answer failure = make_send_failure(ready.device, sent.error());
      handler_.fail_command(id, ready.device, static_cast<ResponseCode>(failure.code),
                            failure.error);
    }
  }
  if (!is_confirmed && initiator_.has_session(ready.device)) send_ping(ready.device);
}

void SealedRequests::handle(const seal::SessionRefused& refused) {
  const std::string& device = refused.device;
  set_probe(device, {});
  switch (refused.why) {
    case seal::NoSession::unanswered:
      return fail_waiting(device, ResponseCode::timed_out,
                          "it did not answer when a sealed session was asked for");
    case seal::NoSession::not_verified:
      return fail_waiting(device, ResponseCode::wrong_key,
                          "no sealed session could be made: the device has another password, or "
                          "the hub interferes");
    case seal::NoSession::refused:
      return fail_waiting(device, ResponseCode::not_supported,
                          "it takes no sealed commands: it is no device");
    case seal::NoSession::identity_changed:
      handler_.tell_changed(device);
      return fail_waiting(device, ResponseCode::identity_changed, explain_change(device));
    case seal::NoSession::too_many:
      return fail_waiting(device, ResponseCode::busy,
                          "sessions with as many devices as there may be are in use");
  }
}

void SealedRequests::handle(const seal::SessionLost& lost) {
  const std::string why = fmt::format("the session with {} has ended", lost.device);
  handler_.fail_streams(lost.device, why);
  fail_sent(lost.device, why);
}

void SealedRequests::handle(const seal::Answered& answered) {
  const std::string& device = answered.device;
  auto inner = protocol::decode_inner_message(answered.inner);
  if (inner && inner->message.type == MessageType::response) {
    inner->message.originator = device;
    inner->message.is_sealed = true;
    take_inner(inner->message);
  } else {
    LOG_DEBUG("a sealed response was not understood");
  }
  if (answered.missed == 0) return;
  handler_.tell_missed(device, MessageType::response, answered.missed);
  const std::string why = fmt::format("an answer of {} did not come", device);
  handler_.fail_streams(device, why);
  fail_sent(device, why);
}

/// What answers nothing may be part of a stream, and what nobody waits for any more may accept one.
void SealedRequests::take_inner(const Message& response) {
  if (!response.response) return handler_.take_sealed_response(response);
  const std::string& device = response.originator;
  const bool is_awaited = take_sent(device, response.response->request_id);
  if (says_expired(response)) initiator_.end(device, clock_.boot_now());  // A clock stood still.
  if (is_awaited || !response.stream.empty()) handler_.take_sealed_response(response);
}

bool SealedRequests::is_trusted(const std::string& device, const seal::PublicKey& identity) {
  const auto verdict = known_devices_.meet(place_.channel, device, identity);
  if (verdict != KnownDevices::Verdict::changed) {
    changed_.erase(device);
    return true;
  }
  if (changed_.size() < limits::seal_sessions_max) changed_.insert_or_assign(device, identity);
  return false;
}

Result<void> SealedRequests::seal_command(Message command, Steady deadline) {
  const std::string& device = command.recipients.front();
  const Steady now = clock_.boot_now();
  const auto age = initiator_.age(device, now);
  if (!age) return fail(std::errc::not_connected);
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - now);
  const InnerPieces inner(command, *age + std::max(left, milliseconds(0)));
  std::string outer_id = TRY(send_inner(device, inner));
  outer_.emplace(outer_id, Outer{device, command.id});
  devices_[device].sent.insert_or_assign(std::move(command.id),
                                         Sent{std::move(outer_id), deadline});
  return {};
}

Result<std::string> SealedRequests::send_now(const Message& command) {
  return send_inner(command.recipients.front(), InnerPieces(command));
}

Result<std::string> SealedRequests::send_inner(const std::string& device,
                                               const InnerPieces& inner) {
  TRY_VOID(handler_.check_outer(inner.sealed_bytes()));
  auto blob = initiator_.seal(device, inner.view(), clock_.boot_now());
  if (!blob) return fail(std::errc::not_connected);
  std::string id = make_id();
  TRY_VOID(send_blob(device, id, *std::move(blob)));
  return id;
}

/// Its deadline tells a session whose clock has stood still before a Command is at stake.
void SealedRequests::send_ping(const std::string& device) {
  const Steady now = clock_.boot_now();
  const auto age = initiator_.age(device, now);
  if (!age) return;
  const Message ping = make_ping(device);
  const InnerPieces inner(ping, *age + ping_wait);
  if (auto id = send_inner(device, inner)) set_probe(device, *std::move(id));
}

Result<void> SealedRequests::send_blob(const std::string& device, std::string id, Bytes blob) {
  return handler_.send_outer(
      make_outer(MessageType::command, std::move(id), device, std::move(blob)));
}

void SealedRequests::set_probe(const std::string& name, std::string id) {
  Device& device = devices_[name];
  outer_.erase(device.probe_id);
  device.probe_id = std::move(id);
  if (!device.probe_id.empty()) outer_.emplace(device.probe_id, Outer{name, {}});
}

/// The hub's word for a Command that was sent proves nothing; of a hello or a ping, that nobody is
/// there is certain enough: what waits for its answer was not sent.
bool SealedRequests::take_report(const ResponseStatus& report) {
  const auto found = outer_.find(report.request_id);
  if (found == outer_.end()) return false;
  if (!is_report(report)) return true;  // A hub that forges: nothing else is its to say.
  const auto [device, command_id] = found->second;
  const auto code = static_cast<ResponseCode>(report.code);
  if (!command_id.empty()) {
    if (take_sent(device, command_id))
      handler_.fail_command(command_id, device, code,
                            fmt::format("{}: {}", report.error, not_known));
    return true;
  }
  if (code != ResponseCode::not_found) return true;  // It is tried again.
  set_probe(device, {});
  initiator_.give_up(device);
  fail_waiting(device, code, report.error);
  return true;
}

void SealedRequests::seek(const std::string& device) {
  if (initiator_.has_session(device)) return;
  initiator_.want(device, clock_.boot_now());
  pump();
}

/// Not while an answer is awaited, which a new session would lose; the next event asks again.
void SealedRequests::renew(const std::string& name) {
  const auto device = devices_.find(name);
  const bool is_answer_awaited = device != devices_.end() && !device->second.sent.empty();
  if (is_answer_awaited || handler_.has_streams(name)) return;
  initiator_.renew(name, clock_.boot_now());
  pump();
}

/// Its requests fail, with all others that wait for it.
void SealedRequests::on_left(const std::string& device) {
  initiator_.give_up(device);
  initiator_.doubt(device);
  forget(device);
}

void SealedRequests::on_dropped(const std::string& device, std::string_view why) {
  fail_sent(device, why);
}

void SealedRequests::on_dropped_all(std::string_view why) {
  std::vector<std::string> names;  // Handlers may ask others meanwhile.
  for (const auto& [name, device] : devices_) names.push_back(name);
  for (const std::string& name : names) fail_sent(name, why);
}

void SealedRequests::on_link_lost() {
  initiator_.lose_link();
  devices_.clear();
  outer_.clear();
  waiting_bytes_ = 0;
}

void SealedRequests::expire() {
  const Steady now = clock_.boot_now();
  initiator_.expire(now);
  pump();
  std::vector<std::string> kept_alive;
  for (auto& [name, device] : devices_) {
    std::erase_if(device.sent, [&](const auto& entry) {
      const bool is_over = entry.second.deadline <= now;
      if (is_over) outer_.erase(entry.second.outer_id);
      return is_over;
    });
    const bool is_in_use = !device.sent.empty() || handler_.has_streams(name);
    if (is_in_use && initiator_.idle(name, now).value_or(milliseconds(0)) >= keep_wait)
      kept_alive.push_back(name);
  }
  for (const std::string& name : kept_alive) send_ping(name);
  std::erase_if(devices_, [this](const auto& entry) {
    const auto& [name, device] = entry;
    return device.waiting.empty() && device.sent.empty() && device.probe_id.empty() &&
           !handler_.has_streams(name);
  });
}

void SealedRequests::fail_waiting(const std::string& name, ResponseCode code,
                                  std::string_view why) {
  const std::deque<Waiting> waiting = std::exchange(devices_[name].waiting, {});
  for (const Waiting& one : waiting) waiting_bytes_ -= one.bytes;
  for (const Waiting& one : waiting) handler_.fail_command(one.command.id, name, code, why);
}

void SealedRequests::fail_sent(const std::string& name, std::string_view why) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return;
  const auto sent = std::exchange(found->second.sent, {});
  for (const auto& [id, one] : sent) outer_.erase(one.outer_id);
  for (const auto& [id, one] : sent)
    handler_.fail_command(id, name, ResponseCode::unavailable,
                          fmt::format("{}: {}", why, not_known));
}

bool SealedRequests::take_sent(const std::string& name, const std::string& id) {
  const auto device = devices_.find(name);
  if (device == devices_.end()) return false;
  const auto sent = device->second.sent.find(id);
  if (sent == device->second.sent.end()) return false;
  outer_.erase(sent->second.outer_id);
  device->second.sent.erase(sent);
  return true;
}

void SealedRequests::forget(const std::string& name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return;
  for (const Waiting& one : found->second.waiting) waiting_bytes_ -= one.bytes;
  for (const auto& [id, one] : found->second.sent) outer_.erase(one.outer_id);
  outer_.erase(found->second.probe_id);
  devices_.erase(found);
}

std::string SealedRequests::explain_change(const std::string& device) const {
  return fmt::format(
      "the identity of {0} has changed: it was {1} and is {2} now. If {0} was set up anew, accept "
      "that with `malinka trust {0}`; if not, somebody may be posing as it",
      device, known_devices_.fingerprint_of(place_.channel, device), changed_fingerprint(device));
}

std::string SealedRequests::changed_fingerprint(std::string_view device) const {
  const auto changed = changed_.find(device);
  return changed == changed_.end() ? std::string() : seal::fingerprint_of(changed->second);
}

Result<void> SealedRequests::trust(const std::string& device, std::string_view fingerprint) {
  const auto changed = changed_.find(device);
  if (changed == changed_.end() || seal::fingerprint_of(changed->second) != fingerprint)
    return fail(std::errc::no_such_device_or_address, device);
  TRY_VOID(known_devices_.accept(place_.channel, device, changed->second));
  changed_.erase(changed);
  initiator_.end(device, clock_.boot_now());
  pump();
  return {};
}

}  // namespace malinka::client
