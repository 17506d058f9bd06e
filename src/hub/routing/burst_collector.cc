// SPDX-License-Identifier: MIT
#include "hub/routing/burst_collector.h"

#include <algorithm>

namespace malinka::hub {
namespace {

// What a burst goes around can no longer be dropped: so much is what a connection takes of any
// queue.
constexpr std::size_t burst_bytes_max = 64UL * 1024;

}  // namespace

void BurstCollector::add(const Channel& channel, OutgoingMessage& message) {
  const OutgoingMessage::Form& form = message.text_for_all();
  const std::size_t bytes = form.parcel->bytes();
  if (channel_ != &channel || frame_bytes_ + bytes > burst_bytes_max) deliver();
  channel_ = &channel;
  messages_.push_back(form);
  note_sender(message.label().sender);
  frame_bytes_ += bytes;
  payload_bytes_max_ = std::max(payload_bytes_max_, form.payload_bytes);
}

void BurstCollector::note_sender(MemberId sender) {
  const auto place = std::ranges::lower_bound(senders_, sender);
  if (place == senders_.end() || *place != sender) senders_.insert(place, sender);
}

void BurstCollector::deliver() {
  if (messages_.empty()) return;
  const ParcelRef burst = join_frames();
  for (Member* const member : channel_->members())
    if (!may_have_all(*member) || !member->send_burst(burst, messages_.size())) queue_each(*member);
  channel_ = nullptr;
  messages_.clear();
  senders_.clear();
  frame_bytes_ = 0;
  payload_bytes_max_ = 0;
}

ParcelRef BurstCollector::join_frames() const {
  if (messages_.size() == 1) return messages_.front().parcel;
  Bytes frames;
  frames.reserve(frame_bytes_);
  for (const OutgoingMessage::Form& message : messages_)
    append(frames, message.parcel->frame().view());
  return make_parcel(memory_, {.type = MessageType::broadcast}, SharedBytes(std::move(frames)));
}

bool BurstCollector::may_have_all(const Member& member) const {
  return payload_bytes_max_ <= member.profile().message_bytes_max &&
         !std::ranges::binary_search(senders_, member.id());
}

void BurstCollector::queue_each(Member& member) {
  for (const auto& [parcel, payload_bytes, obstacle] : messages_) {
    if (parcel->label().sender == member.id()) continue;
    const bool is_too_large = payload_bytes > member.profile().message_bytes_max;
    if (is_too_large || !member.queue(parcel)) ++counters_.broadcasts_dropped;
  }
}

}  // namespace malinka::hub
