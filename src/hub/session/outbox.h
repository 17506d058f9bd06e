// SPDX-License-Identifier: MIT
// What waits for one recipient, bounded as docs/protocol.md section 4 says: a message is queued
// while less than queue_bytes waits, and less than half of that from its sender. For a Broadcast,
// the oldest queued Broadcasts make room first. What the hub itself has to say is outside of that
// bound and has one of its own: half of queue_bytes, by the same rule. And no queue holds more than
// the memory for all queues has left.

#pragma once

#include <cstddef>
#include <memory>

#include "hub/channel/parcel.h"
#include "hub/metrics/counters.h"
#include "hub/session/drop_ledger.h"
#include "hub/session/queue_shares.h"

namespace malinka::hub {

/// **Loop-bound.** Nothing in it is on its way yet: what pop() gave is the connection's, and goes
/// out whole.
class Outbox {
 public:
  Outbox(std::size_t queue_bytes, QueueMemory& memory, Counters& counters);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// False when there is no room for it: then a member's message is the caller's to count and
  /// report. What is dropped, it or older ones, is noted for the recipient.
  [[nodiscard]] bool push(const ParcelRef& parcel);
  /// Whether `parcel` may be sent without waiting here: it overtakes nothing, also nothing that is
  /// to be told, and there is memory for it.
  [[nodiscard]] bool lets_pass(const Parcel& parcel) const;
  /// The oldest; null when nothing waits.
  [[nodiscard]] ParcelRef pop();
  /// All that waits, oldest first.
  [[nodiscard]] ParcelList take_all();

  /// True when something was dropped and the recipient keeps up again, so that it is to be told.
  [[nodiscard]] bool has_drops_to_tell() const;
  [[nodiscard]] DropCounts take_drops() { return drops_.take(); }
  void note_drops(const DropCounts& drops) { drops_.add(drops); }

  [[nodiscard]] bool is_empty() const { return queue_.empty(); }
  [[nodiscard]] std::size_t member_bytes() const { return member_bytes_; }
  [[nodiscard]] std::size_t hub_bytes() const { return hub_bytes_; }

 private:
  [[nodiscard]] bool has_room_for(const Parcel& parcel) const;
  [[nodiscard]] bool has_full_share(MemberId sender) const;
  [[nodiscard]] bool can_make_room_for(const Parcel& parcel) const;
  void make_room_for(const Parcel& parcel);
  void drop(ParcelList::iterator place);
  void remove(ParcelList::iterator place);
  void keep_or_end_shares();
  [[nodiscard]] std::size_t& bytes_with(const Parcel& parcel);

  const std::size_t queue_bytes_;
  const std::size_t share_bytes_;  // What one sender may have of it, and the hub beside it.
  QueueMemory& memory_;
  Counters& counters_;
  ParcelList queue_;
  std::size_t member_bytes_ = 0;
  std::size_t hub_bytes_ = 0;
  std::unique_ptr<QueueShares> shares_;  // Null while nobody can have a full share.
  DropLedger drops_;
};

}  // namespace malinka::hub
