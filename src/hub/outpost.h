// SPDX-License-Identifier: MIT
// The members on this shard of channels that live on another: what they say goes there, and what
// comes from there goes to them. The other side of each is a FarMember.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

#include "hub/metrics/counters.h"
#include "hub/session/session.h"
#include "hub/shard_mail.h"

namespace malinka::hub {

/// A member that is to be settled on another shard than its channel's.
struct Settler {
  Profile profile;
  std::string channel;
  std::size_t home = 0;
  link::DetachedConnection connection;
};

/// The shard that a channel lives on, as its outposts see it; called on its thread only.
class HomeShard {
 public:
  virtual void on_far_message(MemberId from, link::MessageKind kind, ByteView payload) noexcept = 0;
  virtual void on_far_passed_over(MemberId from, wire::PassedOver why,
                                  std::uint64_t bytes) noexcept = 0;
  virtual void on_far_probed(MemberId member, bool is_alive) noexcept = 0;
  /// A copy that was not delivered after all.
  virtual void on_far_undelivered(const std::string& channel, const ParcelLabel& label,
                                  const std::string& recipient, ResponseCode code) noexcept = 0;
  /// Nothing more is said by or of it. `outpost` is the index of its shard.
  virtual void on_far_left(MemberId member, link::EndReason reason,
                           std::size_t outpost) noexcept = 0;

 protected:
  ~HomeShard() = default;
};

/// What an outpost works with. The references outlive it.
struct OutpostParts {
  QueueMemory& memory;
  Counters& counters;
  SharedBudget& incoming_budget;
  std::size_t index;  ///< Of its shard.
  std::function<ShardMail&(std::size_t shard)> mail_to;
  std::function<HomeShard&(std::size_t shard)> home;
};

/// **Loop-bound.**
class Outpost final : public DeliveryHandler {
 public:
  explicit Outpost(OutpostParts parts) : parts_(std::move(parts)) {}

  // From home, in this order: settle, anything, forget.

  void add(Session& session, std::string channel, std::size_t home);
  void deliver(const Delivery& delivery) noexcept override;
  void note_drops(MemberId member, const DropCounts& drops);
  void probe(MemberId member, std::chrono::milliseconds timeout);
  /// What waits for it is reported first.
  void close(MemberId member, std::uint16_t code, const std::string& reason);
  /// All members of channels that live there: behind what waits for them.
  void close_all(std::size_t home, std::uint16_t code, const std::string& reason);
  /// Home knows that it left.
  void forget(MemberId member) { seats_.erase(member); }

  // From its own shard; what is about other sessions is left alone.

  void on_message(Session& session, link::MessageKind kind, ByteView payload);
  void on_passed_over(const Session& session, wire::PassedOver why, std::uint64_t bytes);
  void on_expired(const Session& session, const Parcel& parcel);
  void on_end(Session& session, link::EndReason reason);

 private:
  /// Kept until home knows that its member left: what comes until then is answered for.
  struct Seat {
    Session* session = nullptr;  // Null once it ended.
    std::string name;
    std::string channel;
    std::size_t home = 0;
    std::size_t bytes_on_the_way = 0;  // Of what it said.
  };

  void deliver_message(const Delivery& delivery);
  void deliver_burst(const Delivery& delivery);
  void note_received(MemberId sender, std::size_t bytes);
  [[nodiscard]] Session* find(MemberId member) const;
  void report(const Seat& seat, const ParcelLabel& label, ResponseCode code);

  OutpostParts parts_;
  std::unordered_map<MemberId, Seat> seats_;
};

}  // namespace malinka::hub
