// SPDX-License-Identifier: MIT
#include "seal/chain.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/limits.h"

namespace malinka::seal {
namespace {

/// Noise keeps it for REKEY.
constexpr std::uint64_t counter_reserved = std::numeric_limits<std::uint64_t>::max();

}  // namespace

SendingChain::SendingChain(BoxKind kind, const Id& id, const Secret& key, Steady now)
    : kind_(kind), id_(id), key_(key), raised_at_(now) {}

Bytes SendingChain::seal(std::span<const ByteView> plaintext, Steady now) {
  if (is_due(now)) raise(now);
  std::size_t size = box_header_bytes + tag_bytes;
  for (const ByteView piece : plaintext) size += piece.size();
  Bytes blob(size);
  const std::span<std::byte> header = std::span(blob).first(box_header_bytes);
  const SealedBox about{.kind = kind_,
                        .id = id_,
                        .generation = generation_,
                        .counter = next_,
                        .header = {},
                        .box = {}};
  write_box_header(about, header);
  seal_box(key_, next_, header, plaintext, std::span(blob).subspan(box_header_bytes));
  ++next_;
  ++messages_;
  bytes_ += size - box_header_bytes;
  return blob;
}

bool SendingChain::is_due(Steady now) const {
  return messages_ >= limits::seal_generation_messages || bytes_ >= limits::seal_generation_bytes ||
         now - raised_at_ >= std::chrono::seconds(limits::seal_generation_seconds);
}

void SendingChain::raise(Steady now) {
  key_ = raise_key(key_);
  ++generation_;
  messages_ = 0;
  bytes_ = 0;
  raised_at_ = now;
}

std::string_view describe(ChainError error) {
  switch (error) {
    case ChainError::not_new: return "it came before, or out of order";
    case ChainError::too_far_ahead: return "its generation is too far ahead";
    case ChainError::not_genuine: return "it was not sealed by who it seems to come from";
  }
  return "unknown";
}

Result<Opened> ReceivingChain::open(const SealedBox& sealed) {
  if (sealed.counter == counter_reserved) return fail(ChainError::not_new);
  if (sealed.counter < next_ || sealed.generation < generation_) return fail(ChainError::not_new);
  if (sealed.generation - generation_ > limits::seal_generations_ahead)
    return fail(ChainError::too_far_ahead);
  Secret key = key_;
  for (std::uint32_t step = generation_; step < sealed.generation; ++step) key = raise_key(key);
  Opened opened{.plaintext = Bytes(sealed.box.size() - tag_bytes), .lost = sealed.counter - next_};
  if (!open_box(key, sealed.counter, sealed.header, sealed.box, opened.plaintext))
    return fail(ChainError::not_genuine);
  key_ = key;
  generation_ = sealed.generation;
  next_ = sealed.counter + 1;
  return opened;
}

void ReceivingChain::skip_to(std::uint64_t next) { next_ = std::max(next_, next); }

}  // namespace malinka::seal
