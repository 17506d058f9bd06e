// SPDX-License-Identifier: MIT
#include "hub/channel/burst.h"

#include <algorithm>
#include <utility>

#include "hub/channel/member.h"

namespace malinka::hub {

void Burst::add(BurstMessage message) {
  note_sender(message.parcel->label().sender);
  frame_bytes_ += message.parcel->bytes();
  payload_bytes_max_ = std::max(payload_bytes_max_, message.payload_bytes);
  messages_.push_back(std::move(message));
}

void Burst::note_sender(MemberId sender) {
  const auto place = std::ranges::lower_bound(senders_, sender);
  if (place == senders_.end() || *place != sender) senders_.insert(place, sender);
}

void Burst::join_frames(QueueMemory& memory) {
  Bytes frames;
  if (messages_.size() > 1) {
    frames.reserve(frame_bytes_);
    for (const BurstMessage& message : messages_) append(frames, message.parcel->frame().view());
  }
  take_joined_frames(memory, SharedBytes(std::move(frames)));
}

void Burst::take_joined_frames(QueueMemory& memory, SharedBytes frames) {
  joined_ = messages_.size() == 1
                ? messages_.front().parcel
                : make_parcel(memory, {.type = MessageType::broadcast}, std::move(frames));
}

std::size_t Burst::deliver_to(Member& member) const {
  if (member.send_burst(*this)) return 0;
  std::size_t dropped = 0;
  for (const auto& [parcel, payload_bytes] : messages_) {
    if (parcel->label().sender == member.id()) continue;
    const bool is_too_large = payload_bytes > member.profile().message_bytes_max;
    if (is_too_large || !member.queue(parcel)) ++dropped;
  }
  return dropped;
}

std::size_t Burst::count_for(MemberId recipient) const {
  if (!has_some_of(recipient)) return messages_.size();
  const auto is_for_it = [recipient](const BurstMessage& message) {
    return message.parcel->label().sender != recipient;
  };
  return static_cast<std::size_t>(std::ranges::count_if(messages_, is_for_it));
}

bool Burst::may_go_as_one_to(const Profile& recipient) const {
  return payload_bytes_max_ <= recipient.message_bytes_max;
}

/// One copy of the bytes costs far less than to queue each message by itself.
ParcelRef Burst::joined_for(MemberId recipient, QueueMemory& memory) const {
  if (!has_some_of(recipient)) return joined_;
  Bytes frames;
  frames.reserve(frame_bytes_);
  for (const auto& [parcel, payload_bytes] : messages_)
    if (parcel->label().sender != recipient) append(frames, parcel->frame().view());
  if (frames.empty()) return nullptr;
  return make_parcel(memory, {.type = MessageType::broadcast}, SharedBytes(std::move(frames)));
}

bool Burst::has_some_of(MemberId member) const {
  return std::ranges::binary_search(senders_, member);
}

void Burst::clear() {
  messages_.clear();
  joined_.reset();
  senders_.clear();
  frame_bytes_ = 0;
  payload_bytes_max_ = 0;
}

}  // namespace malinka::hub
