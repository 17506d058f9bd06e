// SPDX-License-Identifier: MIT
#include "hub/session/outbox.h"

#include <utility>

namespace malinka::hub {

Outbox::~Outbox() {
  if (waiting_) context_.memory.give_back_places(waiting_->queue.size());
}

bool Outbox::push(const ParcelRef& parcel) {
  if (!waiting_) waiting_ = std::make_unique<Waiting>();
  const ParcelLabel& label = parcel->label();
  if (label.type == MessageType::broadcast) make_room_for(*parcel);
  if (!has_room_for(*parcel)) {
    waiting_->drops.note(label);
    if (label.sender == hub_id) ++context_.counters.reports_dropped;
    end_if_nothing_waits();
    return false;
  }
  waiting_->queue.push_back(parcel);
  context_.memory.take_place();
  bytes_with(*parcel) += parcel->bytes();
  if (waiting_->shares) waiting_->shares->added_last();
  keep_or_end_shares();
  return true;
}

bool Outbox::lets_pass(const Parcel& parcel) const {
  return !waiting_ && context_.memory.leaves_enough(parcel.bytes());
}

ParcelRef Outbox::pop() {
  if (is_empty()) return nullptr;
  ParcelRef parcel = waiting_->queue.front();
  remove(waiting_->queue.begin());
  end_if_nothing_waits();
  return parcel;
}

ParcelList Outbox::take_all() {
  if (!waiting_) return {};
  waiting_->shares.reset();
  waiting_->member_bytes = waiting_->hub_bytes = 0;
  ParcelList queue = std::exchange(waiting_->queue, {});
  context_.memory.give_back_places(queue.size());
  end_if_nothing_waits();
  return queue;
}

bool Outbox::has_drops_to_tell() const {
  return waiting_ && !waiting_->drops.is_empty() && member_bytes() + hub_bytes() < share_bytes();
}

DropCounts Outbox::take_drops() {
  if (!waiting_) return {};
  DropCounts drops = waiting_->drops.take();
  end_if_nothing_waits();
  return drops;
}

void Outbox::note_drops(const DropCounts& drops) {
  if (drops.empty()) return;
  if (!waiting_) waiting_ = std::make_unique<Waiting>();
  waiting_->drops.add(drops);
}

/// Who keeps up hears the hub however short memory is: its queue is empty.
bool Outbox::has_room_for(const Parcel& parcel) const {
  const QueueMemory& memory = context_.memory;
  if (has_full_share(parcel.label().sender)) return false;
  if (parcel.label().sender == hub_id) return hub_bytes() == 0 || memory.leaves_enough(hub_bytes());
  return member_bytes() < context_.queue_bytes &&
         memory.leaves_enough(member_bytes() + parcel.bytes());
}

bool Outbox::has_full_share(MemberId sender) const {
  return waiting_->shares && waiting_->shares->bytes_of(sender) >= share_bytes();
}

/// Dropping in vain would lose Broadcasts for nothing. And there may be none: what memory lacked a
/// moment ago, another shard may have given back since.
bool Outbox::can_make_room_for(const Parcel& parcel) const {
  const MemberId sender = parcel.label().sender;
  const QueueShares* const shares = waiting_->shares.get();
  if (shares == nullptr || shares->addressed_bytes_of(sender) >= share_bytes()) return false;
  if (sender == hub_id) return has_full_share(sender);
  const std::size_t addressed = shares->addressed_bytes();
  return addressed < member_bytes() && addressed < context_.queue_bytes &&
         context_.memory.leaves_enough(addressed + parcel.bytes());
}

void Outbox::make_room_for(const Parcel& parcel) {
  const MemberId sender = parcel.label().sender;
  while (!has_room_for(parcel) && can_make_room_for(parcel))
    drop(has_full_share(sender) ? waiting_->shares->oldest_broadcast_of(sender)
                                : waiting_->shares->oldest_broadcast());
}

void Outbox::drop(ParcelList::iterator place) {
  const ParcelLabel& label = (*place)->label();
  Counters& counters = context_.counters;
  waiting_->drops.note(label);
  ++(label.sender == hub_id ? counters.reports_dropped : counters.broadcasts_dropped);
  remove(place);
}

void Outbox::remove(ParcelList::iterator place) {
  if (waiting_->shares) waiting_->shares->removing(place);
  bytes_with(**place) -= (*place)->bytes();
  waiting_->queue.erase(place);
  context_.memory.give_back_places(1);
  keep_or_end_shares();
}

/// Begins when somebody may have a full share, ends when all have less than half of one: between
/// the two lie so many bytes that building the index anew costs little for each of them.
void Outbox::keep_or_end_shares() {
  auto& [queue, member_bytes, hub_bytes, shares, drops] = *waiting_;
  if (!shares && (member_bytes >= share_bytes() || hub_bytes >= share_bytes()))
    shares = std::make_unique<QueueShares>(queue);
  else if (shares && member_bytes < share_bytes() / 2 && hub_bytes < share_bytes() / 2)
    shares.reset();
}

void Outbox::end_if_nothing_waits() {
  if (waiting_->queue.empty() && waiting_->drops.is_empty()) waiting_.reset();
}

std::size_t& Outbox::bytes_with(const Parcel& parcel) {
  return parcel.label().sender == hub_id ? waiting_->hub_bytes : waiting_->member_bytes;
}

}  // namespace malinka::hub
