// SPDX-License-Identifier: MIT
// What one shard has to tell another, where a channel is so wide that it has members on several.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "hub/channel/burst.h"
#include "hub/channel/parcel.h"
#include "net/loop.h"

namespace malinka::hub {

/// A message, or all those of a burst, to some members on another shard. **Value**: for whoever has
/// it, on any thread.
struct Delivery {
  struct Message {
    ParcelLabel label;
    SharedBytes frame;
    std::uint64_t payload_bytes = 0;  ///< In a burst.
  };
  std::vector<Message> messages;
  std::optional<SharedBytes> joined{};  ///< Of a burst: its frames, one behind the other.
  std::vector<MemberId> recipients{};
};

/// Who hands out what was delivered to a shard, on its thread.
class DeliveryHandler {
 public:
  virtual void deliver(const Delivery& delivery) noexcept = 0;

 protected:
  ~DeliveryHandler() = default;
};

/// Letters collected during a turn leave together at its end, in one post, and are carried out on
/// the other shard's thread, in order. Then their receipts come back and are carried out on this
/// one. What a receipt owns is let go here, where it is counted. **Loop-bound**; outlives no loop.
class ShardMail {
 public:
  struct Ends {
    net::Loop& here;
    net::Loop& there;
    std::size_t shard;  ///< There.
    DeliveryHandler& handler;
  };
  ShardMail(Ends ends, QueueMemory& memory) : ends_(ends), memory_(memory) {}

  void add(net::Task letter);
  /// For once all that was added before has been carried out.
  void add_receipt(net::Task receipt);
  /// For one member there. The same to many is one letter, where all of one message is delivered
  /// before the next of that sender.
  void deliver(const ParcelRef& parcel, MemberId recipient);
  void deliver(const Burst& burst, MemberId recipient);
  /// False where more is on its way than the queues of this shard may leave to it.
  [[nodiscard]] bool has_room_for(const ParcelRef& parcel) const;

  /// At the turn's end.
  void send();
  [[nodiscard]] std::size_t shard() const { return ends_.shard; }

 private:
  /// One letter that is being put together.
  struct Draft {
    ParcelRef parcel;                  // A message, or a joined burst
    std::vector<BurstMessage> burst;   // of these,
    std::vector<MemberId> recipients;  // and whom it is for.
  };
  [[nodiscard]] static Delivery make_delivery(Draft& draft);
  [[nodiscard]] const Draft* find_draft(const ParcelRef& parcel) const;
  [[nodiscard]] bool may_join_drafts(const Parcel& parcel) const;
  [[nodiscard]] Draft& draft_of(const ParcelRef& parcel, std::span<const BurstMessage> burst);
  void end_drafts();
  void on_handled();

  const Ends ends_;
  QueueMemory& memory_;
  std::vector<net::Task> letters_;
  std::vector<net::Task> receipts_;
  std::vector<Draft> drafts_;                   // As many as a message has forms, at most.
  std::deque<std::vector<net::Task>> awaited_;  // The receipts of what is on its way.
  std::size_t bytes_on_the_way_ = 0;            // Of parcels and bursts, each once.
};

}  // namespace malinka::hub
