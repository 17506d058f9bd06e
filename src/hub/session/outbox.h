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

/// What all queues of a shard share. The references outlive them.
struct OutboxContext {
  std::size_t queue_bytes;
  QueueMemory& memory;
  Counters& counters;
};

/// **Loop-bound.** While nothing waits it holds no memory beyond itself. Nothing in it is on its
/// way yet: what pop() gave is the connection's, and goes out whole.
class Outbox {
 public:
  /// `context` outlives it.
  explicit Outbox(const OutboxContext& context) : context_(context) {}
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
  [[nodiscard]] DropCounts take_drops();
  void note_drops(const DropCounts& drops);

  [[nodiscard]] bool is_empty() const { return !waiting_ || waiting_->queue.empty(); }
  [[nodiscard]] std::size_t member_bytes() const { return waiting_ ? waiting_->member_bytes : 0; }
  [[nodiscard]] std::size_t hub_bytes() const { return waiting_ ? waiting_->hub_bytes : 0; }

 private:
  struct Waiting {
    ParcelList queue;
    std::size_t member_bytes = 0;
    std::size_t hub_bytes = 0;
    std::unique_ptr<QueueShares> shares;  // Null while nobody can have a full share.
    DropLedger drops;                     // Waits to be told.
  };

  /// What one sender may have of a queue, and the hub beside it.
  [[nodiscard]] std::size_t share_bytes() const { return context_.queue_bytes / 2; }
  [[nodiscard]] bool has_room_for(const Parcel& parcel) const;
  [[nodiscard]] bool has_full_share(MemberId sender) const;
  [[nodiscard]] bool can_make_room_for(const Parcel& parcel) const;
  void make_room_for(const Parcel& parcel);
  void drop(ParcelList::iterator place);
  void remove(ParcelList::iterator place);
  void keep_or_end_shares();
  void end_if_nothing_waits();
  [[nodiscard]] std::size_t& bytes_with(const Parcel& parcel);

  const OutboxContext& context_;
  std::unique_ptr<Waiting> waiting_;  // Null while nothing waits.
};

}  // namespace malinka::hub
