// SPDX-License-Identifier: MIT
#include "seal/event_keys.h"

#include <algorithm>

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
  EventKey key;
  key.level = static_cast<Level>(bytes[0]);
  if (key.level != Level::view && key.level != Level::control) return std::nullopt;
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
void EventReceiver::learn(std::string_view owner, const std::vector<EventKey>& keys) {
  const bool is_new = !known_by_owner_.contains(owner);
  if (is_new && known_by_owner_.size() >= limits::seal_event_owners_max) return;
  std::vector<Known>& before = known_by_owner_[std::string(owner)];
  std::vector<Known> known;
  for (const EventKey& key : keys) {
    const auto same = std::ranges::find(before, key.id, &Known::id);
    ReceivingChain chain(key.key, key.generation, key.next);
    if (same != before.end()) chain.skip_to(same->chain.next());
    known.push_back({key.id, std::move(chain)});
  }
  before = std::move(known);
}

void EventReceiver::forget(std::string_view owner) {
  if (const auto known = known_by_owner_.find(owner); known != known_by_owner_.end())
    known_by_owner_.erase(known);
}

std::expected<Opened, EventReceiver::Failure> EventReceiver::open(std::string_view originator,
                                                                  const SealedBox& sealed) {
  const auto owner = known_by_owner_.find(originator);
  if (owner == known_by_owner_.end()) return std::unexpected(Failure::unknown_key);
  const auto known = std::ranges::find(owner->second, sealed.id, &Known::id);
  if (known == owner->second.end()) return std::unexpected(Failure::unknown_key);
  auto opened = known->chain.open(sealed);
  if (opened) return *std::move(opened);
  const bool is_ahead = opened.error().code == ChainError::too_far_ahead;
  return std::unexpected(is_ahead ? Failure::unknown_key : Failure::dropped);
}

}  // namespace malinka::seal
