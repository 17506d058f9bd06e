// SPDX-License-Identifier: MIT
#include "hub/session/outbox.h"

#include <utility>

namespace malinka::hub {

Outbox::Outbox(std::size_t queue_bytes, QueueMemory& memory, Counters& counters)
    : queue_bytes_(queue_bytes),
      share_bytes_(queue_bytes / 2),
      memory_(memory),
      counters_(counters) {}

Outbox::~Outbox() { memory_.give_back_places(queue_.size()); }

bool Outbox::push(const ParcelRef& parcel) {
  const ParcelLabel& label = parcel->label();
  if (label.type == MessageType::broadcast) make_room_for(*parcel);
  if (!has_room_for(*parcel)) {
    drops_.note(label);
    if (label.sender == hub_id) ++counters_.reports_dropped;
    return false;
  }
  queue_.push_back(parcel);
  memory_.take_place();
  bytes_with(*parcel) += parcel->bytes();
  if (shares_) shares_->added_last();
  keep_or_end_shares();
  return true;
}

bool Outbox::lets_pass(const Parcel& parcel) const {
  return queue_.empty() && drops_.is_empty() && memory_.leaves_enough(parcel.bytes());
}

ParcelRef Outbox::pop() {
  if (queue_.empty()) return nullptr;
  ParcelRef parcel = queue_.front();
  remove(queue_.begin());
  return parcel;
}

ParcelList Outbox::take_all() {
  shares_.reset();
  member_bytes_ = hub_bytes_ = 0;
  memory_.give_back_places(queue_.size());
  return std::exchange(queue_, {});
}

bool Outbox::has_drops_to_tell() const {
  return !drops_.is_empty() && member_bytes_ + hub_bytes_ < share_bytes_;
}

/// Who keeps up hears the hub however short memory is: its queue is empty.
bool Outbox::has_room_for(const Parcel& parcel) const {
  if (has_full_share(parcel.label().sender)) return false;
  if (parcel.label().sender == hub_id) return hub_bytes_ == 0 || memory_.leaves_enough(hub_bytes_);
  return member_bytes_ < queue_bytes_ && memory_.leaves_enough(member_bytes_ + parcel.bytes());
}

bool Outbox::has_full_share(MemberId sender) const {
  return shares_ && shares_->bytes_of(sender) >= share_bytes_;
}

/// Dropping in vain would lose Broadcasts for nothing.
bool Outbox::can_make_room_for(const Parcel& parcel) const {
  const MemberId sender = parcel.label().sender;
  if (!shares_ || shares_->addressed_bytes_of(sender) >= share_bytes_) return false;
  if (sender == hub_id) return has_full_share(sender);
  const std::size_t addressed = shares_->addressed_bytes();
  return addressed < queue_bytes_ && memory_.leaves_enough(addressed + parcel.bytes());
}

void Outbox::make_room_for(const Parcel& parcel) {
  const MemberId sender = parcel.label().sender;
  while (!has_room_for(parcel) && can_make_room_for(parcel))
    drop(has_full_share(sender) ? shares_->oldest_broadcast_of(sender)
                                : shares_->oldest_broadcast());
}

void Outbox::drop(ParcelList::iterator place) {
  const ParcelLabel& label = (*place)->label();
  drops_.note(label);
  ++(label.sender == hub_id ? counters_.reports_dropped : counters_.broadcasts_dropped);
  remove(place);
}

void Outbox::remove(ParcelList::iterator place) {
  if (shares_) shares_->removing(place);
  bytes_with(**place) -= (*place)->bytes();
  queue_.erase(place);
  memory_.give_back_places(1);
  keep_or_end_shares();
}

/// Begins when somebody may have a full share, ends when all have less than half of one: between
/// the two lie so many bytes that building the index anew costs little for each of them.
void Outbox::keep_or_end_shares() {
  if (!shares_ && (member_bytes_ >= share_bytes_ || hub_bytes_ >= share_bytes_))
    shares_ = std::make_unique<QueueShares>(queue_);
  else if (shares_ && member_bytes_ < share_bytes_ / 2 && hub_bytes_ < share_bytes_ / 2)
    shares_.reset();
}

std::size_t& Outbox::bytes_with(const Parcel& parcel) {
  return parcel.label().sender == hub_id ? hub_bytes_ : member_bytes_;
}

}  // namespace malinka::hub
