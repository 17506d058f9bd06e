// SPDX-License-Identifier: MIT
#include "hub/session/queue_shares.h"

#include <iterator>

#include "base/assert.h"

namespace malinka::hub {
namespace {

bool is_broadcast(const Parcel& parcel) { return parcel.label().type == MessageType::broadcast; }
bool is_of_a_member(const Parcel& parcel) { return parcel.label().sender != hub_id; }

}  // namespace

QueueShares::QueueShares(ParcelList& queue) : queue_(queue), oldest_broadcast_(queue.end()) {
  for (auto place = queue_.begin(); place != queue_.end(); ++place) add(place);
}

void QueueShares::added_last() { add(std::prev(queue_.end())); }

void QueueShares::add(ParcelList::iterator place) {
  const Parcel& parcel = **place;
  Share& share = shares_[parcel.label().sender];
  share.bytes += parcel.bytes();
  if (!is_broadcast(parcel)) {
    share.addressed_bytes += parcel.bytes();
    if (is_of_a_member(parcel)) addressed_bytes_ += parcel.bytes();
    return;
  }
  share.broadcasts.push_back(place);
  if (oldest_broadcast_ == queue_.end() && is_of_a_member(parcel)) oldest_broadcast_ = place;
}

void QueueShares::removing(ParcelList::iterator place) {
  const Parcel& parcel = **place;
  const auto found = shares_.find(parcel.label().sender);
  ASSERT(found != shares_.end());
  Share& share = found->second;
  share.bytes -= parcel.bytes();
  if (is_broadcast(parcel)) {
    // Whichever way one goes, as the oldest of all or of its sender, it is the oldest of its
    // sender.
    ASSERT(share.broadcasts.front() == place);
    share.broadcasts.pop_front();
  } else {
    share.addressed_bytes -= parcel.bytes();
    if (is_of_a_member(parcel)) addressed_bytes_ -= parcel.bytes();
  }
  if (share.bytes == 0) shares_.erase(found);
  if (place == oldest_broadcast_) oldest_broadcast_ = next_broadcast(std::next(place));
}

std::size_t QueueShares::bytes_of(MemberId sender) const {
  const auto found = shares_.find(sender);
  return found == shares_.end() ? 0 : found->second.bytes;
}

std::size_t QueueShares::addressed_bytes_of(MemberId sender) const {
  const auto found = shares_.find(sender);
  return found == shares_.end() ? 0 : found->second.addressed_bytes;
}

ParcelList::iterator QueueShares::oldest_broadcast_of(MemberId sender) const {
  const auto found = shares_.find(sender);
  const bool has_one = found != shares_.end() && !found->second.broadcasts.empty();
  return has_one ? found->second.broadcasts.front() : queue_.end();
}

ParcelList::iterator QueueShares::next_broadcast(ParcelList::iterator place) const {
  while (place != queue_.end() && !(is_broadcast(**place) && is_of_a_member(**place))) ++place;
  return place;
}

}  // namespace malinka::hub
