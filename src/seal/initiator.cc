// SPDX-License-Identifier: MIT
#include "seal/initiator.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "seal/identity.h"

namespace malinka::seal {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds answer_wait{limits::seal_hello_seconds};
constexpr std::chrono::seconds again_wait{limits::seal_again_seconds};
constexpr std::chrono::seconds idle_longest{limits::seal_session_fresh_seconds};

}  // namespace

void Initiator::want(const std::string& name, Steady now) {
  if (!has_place_for(name))
    return events_.push_back(SessionRefused{name, NoSession::too_many}), void();
  Device& device = devices_[name];
  device.is_wanted = true;
  advance(name, device, now);
}

void Initiator::renew(const std::string& name, Steady now) {
  const auto found = devices_.find(name);
  if (found == devices_.end() || !found->second.session) return want(name, now);
  Device& device = found->second;
  if (device.greeting || (device.greeted_at && now - *device.greeted_at < again_wait)) return;
  device.is_wanted = true;
  greet(name, device, 1, now);
}

/// Does the next thing on the way to a session that is wanted, where nothing is on its way already.
void Initiator::advance(const std::string& name, Device& device, Steady now) {
  if (device.greeting || !device.is_wanted) return;
  if (!device.session) {
    if (!device.greeted_at || now - *device.greeted_at >= again_wait) greet(name, device, 1, now);
    return;
  }
  if (!device.session->is_doubted) {
    device.is_wanted = false;
    events_.push_back(SessionReady{name});
  } else if (!device.session->asked_at) {
    device.session->asked_at = now;
    events_.push_back(SessionDoubted{name});
  }
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
  events_.push_back(SendHello{name, make_hello(level, session, noise)});
}

const Initiator::Session* Initiator::session_of(std::string_view name) const {
  const auto found = devices_.find(name);
  if (found == devices_.end() || !found->second.session) return nullptr;
  return &*found->second.session;
}

/// Not while another one is being made in its place: what is sent then might not be answered.
bool Initiator::has_session(std::string_view name) const {
  const Session* const session = session_of(name);
  return session != nullptr && !session->is_doubted && !devices_.find(name)->second.greeting;
}

std::optional<Bytes> Initiator::seal(std::string_view name, std::span<const ByteView> plaintext,
                                     Steady now) {
  const auto found = devices_.find(name);
  if (found == devices_.end() || !found->second.session) return std::nullopt;
  found->second.session->last_used = now;
  return found->second.session->sending.seal(plaintext, now);
}

std::optional<milliseconds> Initiator::age(std::string_view name, Steady now) const {
  const Session* const session = session_of(name);
  if (session == nullptr) return std::nullopt;
  return std::chrono::duration_cast<milliseconds>(now - session->began);
}

std::optional<milliseconds> Initiator::idle(std::string_view name, Steady now) const {
  const Session* const session = session_of(name);
  if (session == nullptr) return std::nullopt;
  return std::chrono::duration_cast<milliseconds>(now - session->last_used);
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
  auto keys = welcomed ? decode_event_keys(welcomed->payload)
                       : Result<std::vector<EventKey>>(std::unexpected(welcomed.error()));
  if (!keys) {
    device.greeting->was_forged = true;
    return;  // The true one may still come.
  }
  wipe(welcomed->payload);
  if (!self_.is_trusted(name, welcomed->identity))
    return refuse(name, device, NoSession::identity_changed);
  if (device.session) lose(name, device);
  const auto& [initiator_key, responder_key] = welcomed->split;
  device.session.emplace(
      Session{.id = welcome.session,
              .sending = SendingChain(BoxKind::data, welcome.session, initiator_key, now),
              .receiving = ReceivingChain(responder_key),
              .began = now,
              .last_used = now});
  device.greeting.reset();
  events_.push_back(KeysLearned{name, *std::move(keys)});
  advance(name, device, now);
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
  events_.push_back(Answered{name, std::move(opened->plaintext), opened->lost});
  advance(name, device, now);
}

void Initiator::take_unknown(const std::string& name, Device& device, const Unknown& unknown,
                             Steady now) {
  if (device.greeting && device.greeting->session == unknown.session)
    return refuse(name, device, NoSession::refused);
  if (!device.session || device.session->id != unknown.session) return;
  lose(name, device);
  advance(name, device, now);
}

void Initiator::refuse(const std::string& name, Device& device, NoSession why) {
  device.greeting.reset();
  device.is_wanted = false;
  events_.push_back(SessionRefused{name, why});
}

void Initiator::lose(const std::string& name, Device& device) {
  device.session.reset();
  events_.push_back(SessionLost{name});
}

void Initiator::give_up(std::string_view name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return;
  found->second.greeting.reset();
  found->second.is_wanted = false;
}

void Initiator::end(const std::string& name, Steady now) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) return;
  found->second.greeted_at.reset();
  if (found->second.session) lose(name, found->second);
  advance(name, found->second, now);
}

void Initiator::doubt(std::string_view name) {
  if (const auto found = devices_.find(name); found != devices_.end()) doubt(found->second);
}

void Initiator::doubt_all() {
  for (auto& [name, device] : devices_) doubt(device);
}

void Initiator::doubt(Device& device) {
  if (!device.session) return;
  device.session->is_doubted = true;
  device.session->asked_at.reset();
}

void Initiator::lose_link() {
  for (auto& [name, device] : devices_) {
    device.greeting.reset();
    device.is_wanted = false;
    doubt(device);
  }
}

void Initiator::expire(Steady now) {
  for (auto& [name, device] : devices_) expire(name, device, now);
}

void Initiator::expire(const std::string& name, Device& device, Steady now) {
  if (device.greeting && now - device.greeting->sent_at >= answer_wait) {
    const std::size_t tries = device.greeting->tries;
    if (tries < limits::seal_hello_tries) return greet(name, device, tries + 1, now);
    return refuse(name, device,
                  device.greeting->was_forged ? NoSession::not_verified : NoSession::unanswered);
  }
  if (const auto& session = device.session) {
    const bool is_silent = session->asked_at && now - *session->asked_at >= answer_wait;
    if (is_silent || now - session->last_used >= idle_longest) lose(name, device);
  }
  advance(name, device, now);
}

/// Of those that nothing is wanted of, the one whose session was not used for longest goes.
bool Initiator::has_place_for(const std::string& name) {
  if (devices_.contains(name) || devices_.size() < limits::seal_sessions_max) return true;
  const auto last_used = [](const Device& device) {
    return device.session ? device.session->last_used : Steady::min();
  };
  auto loser = devices_.end();
  for (auto it = devices_.begin(); it != devices_.end(); ++it) {
    if (it->second.is_wanted || it->second.greeting) continue;
    if (loser == devices_.end() || last_used(it->second) < last_used(loser->second)) loser = it;
  }
  if (loser == devices_.end()) return false;
  if (loser->second.session) lose(loser->first, loser->second);
  devices_.erase(loser);
  return true;
}

}  // namespace malinka::seal
