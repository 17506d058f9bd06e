// SPDX-License-Identifier: MIT
#include "seal/event_keys.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "seal/numbers.h"

namespace malinka::seal {
namespace {

constexpr std::size_t encoded_key_bytes = 1 + sizeof(Id) + key_bytes + 4 + 8;
constexpr std::size_t levels = 2;

EventKey key_of(Level level, const SendingChain& chain) {
  return {level, chain.id(), chain.key(), chain.generation(), chain.next()};
}

std::optional<EventKey> decode_event_key(ByteView bytes) {
  const auto level = read_level(bytes[0]);
  if (!level) return std::nullopt;
  EventKey key;
  key.level = *level;
  std::ranges::copy(bytes.subspan(1, sizeof(Id)), key.id.begin());
  std::ranges::copy(bytes.subspan(1 + sizeof(Id), key_bytes), key.key.writable().begin());
  const ByteView numbers = bytes.subspan(1 + sizeof(Id) + key_bytes);
  key.generation = read_number<std::uint32_t>(numbers.first(4));
  key.next = read_number<std::uint64_t>(numbers.subspan(4, 8));
  return key;
}

}  // namespace

Bytes encode_event_keys(const std::vector<EventKey>& keys) {
  Bytes bytes = {static_cast<std::byte>(keys.size())};
  bytes.reserve(1 + keys.size() * encoded_key_bytes);
  for (const EventKey& key : keys) {
    bytes.push_back(static_cast<std::byte>(key.level));
    append(bytes, key.id);
    append(bytes, key.key.view());
    append_number(bytes, key.generation);
    append_number(bytes, key.next);
  }
  return bytes;
}

Result<std::vector<EventKey>> decode_event_keys(ByteView bytes) {
  if (bytes.empty()) return fail(FormError::empty);
  const auto count = std::to_integer<std::size_t>(bytes[0]);
  if (count > levels || bytes.size() > 1 + count * encoded_key_bytes)
    return fail(FormError::too_long);
  if (bytes.size() < 1 + count * encoded_key_bytes) return fail(FormError::too_short);
  std::vector<EventKey> keys;
  for (std::size_t i = 0; i < count; ++i) {
    const auto key = decode_event_key(bytes.subspan(1 + i * encoded_key_bytes, encoded_key_bytes));
    if (!key || std::ranges::find(keys, key->level, &EventKey::level) != keys.end())
      return fail(FormError::unknown_level);
    keys.push_back(*key);
  }
  return keys;
}

EventSender::EventSender(Steady now)
    : view_(BoxKind::event, make_random_id(), Secret::random(), now),
      control_(BoxKind::event, make_random_id(), Secret::random(), now) {}

Bytes EventSender::seal(Level level, std::span<const ByteView> plaintext, Steady now) {
  return (level == Level::view ? view_ : control_).seal(plaintext, now);
}

std::vector<EventKey> EventSender::keys_for(Level level) const {
  std::vector<EventKey> keys = {key_of(Level::view, view_)};
  if (level == Level::control) keys.push_back(key_of(Level::control, control_));
  return keys;
}

/// A key that is known already keeps what it has seen: no welcome turns a counter back.
void EventReceiver::learn(std::string_view name, const std::vector<EventKey>& keys) {
  if (!owners_.contains(name) && owners_.size() >= limits::seal_event_owners_max) make_room();
  Owner& owner = owners_[std::string(name)];
  std::vector<Known> known;
  for (const EventKey& key : keys) {
    const auto same = std::ranges::find(owner.known, key.id, &Known::id);
    ReceivingChain chain(key.key, key.generation, key.next);
    if (same != owner.known.end()) chain.skip_to(same->chain.next());
    known.push_back({key.id, std::move(chain)});
  }
  owner.known = std::move(known);
  owner.heard_at = ++count_;
  owner.unexplained.reset();
  const auto asked_for = std::exchange(owner.asked_for, std::nullopt);
  if (asked_for && std::ranges::find(owner.known, *asked_for, &Known::id) == owner.known.end())
    owner.unexplained = asked_for;
}

std::expected<Opened, EventReceiver::Failure> EventReceiver::open(std::string_view originator,
                                                                  const SealedBox& sealed) {
  const auto owner = owners_.find(originator);
  if (owner == owners_.end()) return std::unexpected(Failure::needs_session);
  std::vector<Known>& keys = owner->second.known;
  const auto known = std::ranges::find(keys, sealed.id, &Known::id);
  if (known == keys.end()) return std::unexpected(ask_for(originator, sealed.id));
  auto opened = known->chain.open(sealed);
  if (!opened) {
    const bool is_ahead = opened.error().code == ChainError::too_far_ahead;
    return std::unexpected(is_ahead ? Failure::needs_session : Failure::dropped);
  }
  owner->second.heard_at = ++count_;
  return *std::move(opened);
}

EventReceiver::Failure EventReceiver::ask_for(std::string_view originator, const Id& id) {
  Owner& owner = owners_.find(originator)->second;
  if (owner.unexplained == id) return Failure::dropped;
  owner.asked_for = id;
  return Failure::needs_session;
}

/// Forgets who was not heard of for longest.
void EventReceiver::make_room() {
  owners_.erase(std::ranges::min_element(owners_, {},
                                         [](const auto& entry) { return entry.second.heard_at; }));
}

}  // namespace malinka::seal
