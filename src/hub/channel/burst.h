// SPDX-License-Identifier: MIT
// Broadcasts of one channel and turn, as they go to each member: as one where it keeps up, each by
// itself where it does not. Nobody has what it said itself.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hub/channel/parcel.h"

namespace malinka::hub {

class Member;
struct Profile;

/// One of the Broadcasts.
struct BurstMessage {
  ParcelRef parcel;
  std::uint64_t payload_bytes = 0;
};

/// **Loop-bound**, as its parcels are.
class Burst {
 public:
  void add(BurstMessage message);
  /// Once all are in: their frames become one parcel, in order.
  void join_frames(QueueMemory& memory);
  /// The same where they have been joined already: on another shard.
  void take_joined_frames(QueueMemory& memory, SharedBytes frames);

  /// To be called with the frames joined. Gives how many `member` had no room for.
  [[nodiscard]] std::size_t deliver_to(Member& member) const;
  /// How many are for `recipient`: those that it did not say itself.
  [[nodiscard]] std::size_t count_for(MemberId recipient) const;

  /// Whether a member of that profile may have what is for it as one: none is too large.
  [[nodiscard]] bool may_go_as_one_to(const Profile& recipient) const;
  /// What is for `recipient`, as one; null where nothing is. All who said none of it share
  /// joined(); for who did, a parcel of its own is made.
  [[nodiscard]] ParcelRef joined_for(MemberId recipient, QueueMemory& memory) const;
  /// One frame behind the other.
  [[nodiscard]] const ParcelRef& joined() const { return joined_; }
  [[nodiscard]] std::span<const BurstMessage> messages() const { return messages_; }
  [[nodiscard]] std::size_t frame_bytes() const { return frame_bytes_; }
  [[nodiscard]] bool is_empty() const { return messages_.empty(); }
  void clear();

 private:
  void note_sender(MemberId sender);
  [[nodiscard]] bool has_some_of(MemberId member) const;

  std::vector<BurstMessage> messages_;
  ParcelRef joined_;               // Of one message, that itself.
  std::vector<MemberId> senders_;  // Each once, in the order of their ids.
  std::size_t frame_bytes_ = 0;
  std::uint64_t payload_bytes_max_ = 0;  // Of the longest.
};

}  // namespace malinka::hub
