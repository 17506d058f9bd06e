// SPDX-License-Identifier: MIT
// Who has how much of a queue, and where the Broadcasts are that may make room in it. Kept only
// while a queue is so full that it matters: most queues never are.

#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <unordered_map>

#include "hub/channel/parcel.h"

namespace malinka::hub {

using ParcelList = std::list<ParcelRef>;

/// An index of one list of parcels, told of each change. Every question costs the same however long
/// the list is. **Loop-bound.**
class QueueShares {
 public:
  explicit QueueShares(ParcelList& queue);

  /// Behind the last element's being added, and before an element's being taken out.
  void added_last();
  void removing(ParcelList::iterator place);

  [[nodiscard]] std::size_t bytes_of(MemberId sender) const;
  /// What there would be of a sender, or of all members, without Broadcasts.
  [[nodiscard]] std::size_t addressed_bytes_of(MemberId sender) const;
  [[nodiscard]] std::size_t addressed_bytes() const { return addressed_bytes_; }

  /// The end of the list where there is none.
  [[nodiscard]] ParcelList::iterator oldest_broadcast_of(MemberId sender) const;
  [[nodiscard]] ParcelList::iterator oldest_broadcast() const { return oldest_broadcast_; }

 private:
  struct Share {
    std::size_t bytes = 0;
    std::size_t addressed_bytes = 0;
    std::deque<ParcelList::iterator> broadcasts;  // Oldest first.
  };

  void add(ParcelList::iterator place);
  /// From `place` on, the first Broadcast that is not the hub's own.
  [[nodiscard]] ParcelList::iterator next_broadcast(ParcelList::iterator place) const;

  ParcelList& queue_;
  std::unordered_map<MemberId, Share> shares_;
  std::size_t addressed_bytes_ = 0;
  ParcelList::iterator oldest_broadcast_;
};

}  // namespace malinka::hub
