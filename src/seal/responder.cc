// SPDX-License-Identifier: MIT
#include "seal/responder.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "base/limits.h"
#include "seal/identity.h"

namespace malinka::seal {

Responder::Outcome Responder::take(std::string_view initiator, ByteView blob, Steady now) {
  const auto form = parse_form(blob);
  if (!form) return {};
  if (const auto* const hello = std::get_if<Hello>(&*form)) return greet(initiator, *hello, now);
  if (const auto* const sealed = std::get_if<SealedBox>(&*form))
    return open(initiator, *sealed, now);
  return {};
}

/// A known session id is dropped: a replay, since initiators make a new one for each try.
Responder::Outcome Responder::greet(std::string_view initiator, const Hello& hello, Steady now) {
  const auto psk = self_.keys.session_key(hello.level);
  if (!psk || sessions_.contains(hello.session)) return {};
  if (unconfirmed_of(initiator) >= limits::seal_unconfirmed_each_max) return {};

  const Bytes prologue =
      make_prologue(hello.level, hello.session, {self_.channel, initiator, self_.name});
  NoiseResponder handshake(prologue, *psk, self_.identity, Secret::random());
  if (!handshake.read_hello(hello.noise)) return {};
  Bytes payload = encode_event_keys(events_.keys_for(hello.level));
  const auto welcoming = handshake.write_welcome(payload);
  wipe(payload);
  if (!welcoming) return {};

  if (count(false) >= limits::seal_unconfirmed_max) make_room(false);
  const auto& [initiator_key, responder_key] = welcoming->split;
  sessions_.emplace(hello.session, Session{.initiator = std::string(initiator),
                                           .level = hello.level,
                                           .receiving = ReceivingChain(initiator_key),
                                           .sending = SendingChain(BoxKind::data, hello.session,
                                                                   responder_key, now),
                                           .began = now,
                                           .last_used = now});
  return {.reply = make_welcome(hello.session, welcoming->message), .command = {}};
}

Responder::Outcome Responder::open(std::string_view initiator, const SealedBox& sealed,
                                   Steady now) {
  if (sealed.kind != BoxKind::data) return {};
  const auto found = sessions_.find(sealed.id);
  if (found == sessions_.end()) return {.reply = make_unknown(sealed.id), .command = {}};
  Session& session = found->second;
  if (session.initiator != initiator) return {};
  auto opened = session.receiving.open(sealed);
  if (!opened) return {};
  session.last_used = now;
  if (!session.is_confirmed) confirm(session);
  return {.reply = {},
          .command = SealedCommand{.session = sealed.id,
                                   .level = session.level,
                                   .inner = std::move(opened->plaintext),
                                   .lost = opened->lost,
                                   .began = session.began}};
}

void Responder::confirm(Session& session) {
  if (count(true) >= limits::seal_sessions_max) make_room(true);
  session.is_confirmed = true;
}

std::optional<Bytes> Responder::seal(const Id& session, std::span<const ByteView> plaintext,
                                     Steady now) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return std::nullopt;
  found->second.last_used = now;
  return found->second.sending.seal(plaintext, now);
}

void Responder::expire(Steady now) {
  std::erase_if(sessions_, [now](const auto& entry) {
    const Session& session = entry.second;
    const auto longest =
        std::chrono::seconds(session.is_confirmed ? limits::seal_session_idle_seconds
                                                  : limits::seal_unconfirmed_seconds);
    return now - session.last_used >= longest;
  });
}

std::size_t Responder::count(bool is_confirmed) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      sessions_,
      [is_confirmed](const auto& entry) { return entry.second.is_confirmed == is_confirmed; }));
}

std::size_t Responder::unconfirmed_of(std::string_view initiator) const {
  return static_cast<std::size_t>(std::ranges::count_if(sessions_, [initiator](const auto& entry) {
    return !entry.second.is_confirmed && entry.second.initiator == initiator;
  }));
}

void Responder::make_room(bool is_confirmed) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& [id, session] : sessions_)
    if (session.is_confirmed == is_confirmed) ++counts[session.initiator];
  auto loser = sessions_.end();
  for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
    if (it->second.is_confirmed != is_confirmed) continue;
    // Who has more loses; of equals, what was not used for longer.
    const auto rank = [&](const Session& session) {
      return std::pair(counts[session.initiator], -session.last_used.time_since_epoch());
    };
    if (loser == sessions_.end() || rank(it->second) > rank(loser->second)) loser = it;
  }
  if (loser != sessions_.end()) sessions_.erase(loser);
}

}  // namespace malinka::seal
