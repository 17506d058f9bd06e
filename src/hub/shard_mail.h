// SPDX-License-Identifier: MIT
// What one shard has to tell another, where a channel is so wide that it has members on several.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "hub/channel/burst.h"
#include "hub/channel/parcel.h"
#include "net/loop.h"

namespace malinka::hub {

class Outpost;

/// A message, or all those of a burst, to some members of an outpost. **Value**: for whoever has
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

/// Letters collected during a turn leave together at its end, in one post, and are carried out on
/// the other shard's thread, in order. Then their receipts come back and are carried out on this
/// one. What a receipt owns is let go here, where it is counted. **Loop-bound**; outlives no loop.
class ShardMail {
 public:
  struct Ends {
    net::Loop& here;
    net::Loop& there;
    std::size_t shard;  ///< There.
    Outpost& outpost;   ///< There, for the thread of that loop.
  };
  ShardMail(Ends ends, QueueMemory& memory) : ends_(ends), memory_(memory) {}

  void add(net::Task letter);
  /// For once all that was added before has been carried out.
  void add_receipt(net::Task receipt);
  /// For one member there. The same to many in a row is one letter.
  void deliver(const ParcelRef& parcel, MemberId recipient);
  void deliver(const Burst& burst, MemberId recipient);
  /// False where more is on its way than the queues of this shard may leave to it.
  [[nodiscard]] bool has_room_for(const ParcelRef& parcel) const;

  /// At the turn's end.
  void send();
  [[nodiscard]] std::size_t shard() const { return ends_.shard; }
  [[nodiscard]] Outpost& outpost() const { return ends_.outpost; }

 private:
  void begin_delivery(const ParcelRef& parcel);
  void end_delivery();
  void on_handled();

  const Ends ends_;
  QueueMemory& memory_;
  std::vector<net::Task> letters_;
  std::vector<net::Task> receipts_;
  ParcelRef delivered_;               // What is being put together: a parcel, or a joined burst
  std::vector<BurstMessage> burst_;   // of these,
  std::vector<MemberId> recipients_;  // and whom it is for.
  std::deque<std::vector<net::Task>> awaited_;  // The receipts of what is on its way.
  std::size_t bytes_on_the_way_ = 0;            // Of parcels and bursts, each once.
};

}  // namespace malinka::hub
