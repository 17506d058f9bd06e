// SPDX-License-Identifier: MIT
#include "hub/routing/burst_collector.h"

namespace malinka::hub {
namespace {

// What a burst goes around can no longer be dropped: so much is what a connection takes of any
// queue.
constexpr std::size_t burst_bytes_max = 64UL * 1024;

}  // namespace

void BurstCollector::add(const Channel& channel, OutgoingMessage& message) {
  const OutgoingMessage::Form& form = message.text_for_all();
  const std::size_t bytes = form.parcel->bytes();
  if (channel_ != &channel || burst_.frame_bytes() + bytes > burst_bytes_max) deliver();
  channel_ = &channel;
  burst_.add({form.parcel, form.payload_bytes});
}

void BurstCollector::deliver() {
  if (burst_.is_empty()) return;
  burst_.join_frames(memory_);
  for (Member* const member : channel_->members())
    counters_.broadcasts_dropped += burst_.deliver_to(*member);
  channel_ = nullptr;
  burst_.clear();
}

}  // namespace malinka::hub
