// SPDX-License-Identifier: MIT
#include "seal/initiator.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/limits.h"
#include "seal/identity.h"

namespace malinka::seal {
namespace {

constexpr std::chrono::seconds answer_wait{limits::seal_hello_seconds};
constexpr std::chrono::seconds again_wait{limits::seal_again_seconds};

}  // namespace

void Initiator::want(const std::string& name, Steady now) {
  if (!devices_.contains(name) && devices_.size() >= limits::seal_sessions_max && !make_room())
    return handler_.on_no_session(name, NoSession::too_many);
  devices_[name].is_wanted = true;
  advance(name, now);
}

/// Does the next thing on the way to a session that is wanted, where nothing is on its way already.
/// Looks the device up itself: what is called before may have made room by forgetting it.
void Initiator::advance(const std::string& name, Steady now) {
  const auto found = devices_.find(name);
  if (found == devices_.end() || found->second.greeting || !found->second.is_wanted) return;
  Device& device = found->second;
  if (!device.session) {
    if (!device.greeted_at || now - *device.greeted_at >= again_wait) greet(name, device, 1, now);
    return;
  }
  if (!device.session->is_doubted) {
    device.is_wanted = false;
    return handler_.on_session(name);
  }
  if (device.session->asked_at) return;
  device.session->asked_at = now;
  handler_.on_doubt(name);
}

void Initiator::greet(const std::string& name, Device& device, std::size_t tries, Steady now) {
  const Level level = self_.keys.level();
  const Id session = make_random_id();
  const Bytes prologue = make_prologue(level, session, {self_.channel, self_.name, name});
  const bool was_forged = device.greeting && device.greeting->was_forged;
  device.greeted_at = now;
  device.greeting.emplace(Greeting{
      .session = session,
      .handshake = NoiseInitiator(prologue, *self_.keys.session_key(level), Secret::random()),
      .sent_at = now,
      .tries = tries,
      .was_forged = was_forged});
  const Bytes noise = device.greeting->handshake.write_hello({});
  handler_.send_hello(name, make_hello(level, session, noise));
}

bool Initiator::has_session(std::string_view name) const {
  const auto found = devices_.find(name);
  return found != devices_.end() && found->second.session && !found->second.session->is_doubted;
}

Bytes Initiator::seal(std::string_view name, std::span<const ByteView> plaintext, Steady now) {
  const auto found = devices_.find(name);
  ASSERT(found != devices_.end() && found->second.session);
  found->second.session->last_used = now;
  return found->second.session->sending.seal(plaintext, now);
}

std::chrono::milliseconds Initiator::age(std::string_view name, Steady now) const {
  const auto found = devices_.find(name);
  ASSERT(found != devices_.end() && found->second.session);
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - found->second.session->began);
}

void Initiator::take(const std::string& name, ByteView blob, Steady now) {
  const auto found = devices_.find(name);
  const auto form = parse_form(blob);
  if (!form || found == devices_.end()) return;
  Device& device = found->second;
  if (const auto* const welcome = std::get_if<Welcome>(&*form))
    return take_welcome(name, device, *welcome, now);
  if (const auto* const sealed = std::get_if<SealedBox>(&*form))
    return take_data(name, device, *sealed, now);
  if (const auto* const unknown = std::get_if<Unknown>(&*form))
    return take_unknown(name, device, *unknown, now);
}

void Initiator::take_welcome(const std::string& name, Device& device, const Welcome& welcome,
                             Steady now) {
  if (!device.greeting || device.greeting->session != welcome.session) return;
  auto welcomed = device.greeting->handshake.read_welcome(welcome.noise);
  const auto keys = welcomed ? decode_event_keys(welcomed->payload)
                             : Result<std::vector<EventKey>>(std::unexpected(welcomed.error()));
  if (!keys) {
    device.greeting->was_forged = true;
    return;  // The true one may still come.
  }
  wipe(welcomed->payload);
  if (!handler_.is_trusted(name, welcomed->identity))
    return fail(name, device, NoSession::identity_changed);
  const auto& [initiator_key, responder_key] = welcomed->split;
  device.session.emplace(
      Session{.id = welcome.session,
              .sending = SendingChain(BoxKind::data, welcome.session, initiator_key, now),
              .receiving = ReceivingChain(responder_key),
              .began = now,
              .last_used = now});
  device.greeting.reset();
  handler_.on_event_keys(name, *keys);
  advance(name, now);
}

/// Whatever opens shows that the device knows the session: no doubt is left.
void Initiator::take_data(const std::string& name, Device& device, const SealedBox& sealed,
                          Steady now) {
  if (sealed.kind != BoxKind::data || !device.session || device.session->id != sealed.id) return;
  auto opened = device.session->receiving.open(sealed);
  if (!opened) return;
  device.session->last_used = now;
  device.session->is_doubted = false;
  device.session->asked_at.reset();
  handler_.on_opened(name, std::move(opened->plaintext));
  if (opened->lost > 0) handler_.on_missed(name, opened->lost);
  advance(name, now);
}

void Initiator::take_unknown(const std::string& name, Device& device, const Unknown& unknown,
                             Steady now) {
  if (device.greeting && device.greeting->session == unknown.session)
    return fail(name, device, NoSession::refused);
  if (!device.session || device.session->id != unknown.session) return;
  const bool was_doubted = device.session->is_doubted;
  device.session.reset();
  if (!was_doubted) handler_.on_session_lost(name);
  advance(name, now);
}

void Initiator::fail(const std::string& name, Device& device, NoSession why) {
  device.greeting.reset();
  device.is_wanted = false;
  handler_.on_no_session(name, why);
}

void Initiator::give_up(std::string_view name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return;
  found->second.greeting.reset();
  found->second.is_wanted = false;
}

void Initiator::end(std::string_view name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return;
  found->second.session.reset();
  found->second.greeted_at.reset();
}

void Initiator::doubt(std::string_view name) {
  const auto found = devices_.find(name);
  if (found == devices_.end() || !found->second.session) return;
  found->second.session->is_doubted = true;
  found->second.session->asked_at.reset();
}

void Initiator::lose_link() {
  for (auto& [name, device] : devices_) {
    device.greeting.reset();
    device.is_wanted = false;
    doubt(name);
  }
}

void Initiator::expire(Steady now) {
  std::vector<std::string> names;  // Handlers may want other devices meanwhile.
  names.reserve(devices_.size());
  for (const auto& [name, device] : devices_) names.push_back(name);
  for (const std::string& name : names)
    if (const auto found = devices_.find(name); found != devices_.end())
      expire(name, found->second, now);
}

void Initiator::expire(const std::string& name, Device& device, Steady now) {
  constexpr std::chrono::seconds idle_longest{limits::seal_session_fresh_seconds};
  if (device.greeting && now - device.greeting->sent_at >= answer_wait) {
    const std::size_t tries = device.greeting->tries;
    if (tries < limits::seal_hello_tries) return greet(name, device, tries + 1, now);
    return fail(name, device,
                device.greeting->was_forged ? NoSession::not_verified : NoSession::unanswered);
  }
  if (!device.session) return advance(name, now);
  const bool is_silent = device.session->asked_at && now - *device.session->asked_at >= answer_wait;
  if (is_silent || now - device.session->last_used >= idle_longest) {
    device.session.reset();
    advance(name, now);
  }
}

/// Forgets a device that nothing is wanted of: the one whose session was not used for longest.
bool Initiator::make_room() {
  auto loser = devices_.end();
  const auto last_used = [](const Device& device) {
    return device.session ? device.session->last_used : Steady::min();
  };
  for (auto it = devices_.begin(); it != devices_.end(); ++it) {
    if (it->second.is_wanted || it->second.greeting) continue;
    if (loser == devices_.end() || last_used(it->second) < last_used(loser->second)) loser = it;
  }
  if (loser == devices_.end()) return false;
  devices_.erase(loser);
  return true;
}

}  // namespace malinka::seal
