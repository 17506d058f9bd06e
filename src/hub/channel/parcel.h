// SPDX-License-Identifier: MIT
// A framed message on its way, as all the queues that it waits in share it.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/shared_budget.h"
#include "base/shared_bytes.h"
#include "malinka/message.h"

namespace malinka::hub {

/// Tells members apart for as long as the process lives, also those of the same name one after the
/// other.
using MemberId = std::uint64_t;
inline constexpr MemberId hub_id = 0;  ///< Whoever speaks as @hub.

/// How much the parcels of one shard take up, each counted once however many queues it waits in,
/// and its places in those; and what they may, together with those of the other shards.
/// **Loop-bound** but for used_bytes(); outlives all parcels and queues.
class QueueMemory {
 public:
  /// `sum` as for SharedBudget.
  explicit QueueMemory(std::size_t bytes_max, SharedBudget::Sum* sum = nullptr)
      : budget_(bytes_max, sum) {}

  [[nodiscard]] std::size_t used_bytes() const { return budget_.used_bytes(); }
  [[nodiscard]] std::size_t free_bytes() const { return budget_.free_bytes(); }
  /// Whether a queue of so many bytes has no more than is left for all the others.
  [[nodiscard]] bool leaves_enough(std::size_t bytes) const { return budget_.leaves_enough(bytes); }

  /// A small Broadcast to many costs less than where it waits for each of them.
  void take_place() { budget_.take(place_bytes); }
  void give_back_places(std::size_t count) { budget_.give_back(count * place_bytes); }

 private:
  /// What a queue needs to hold one parcel, about: its link in the list, and in the index of it.
  static constexpr std::size_t place_bytes = 64;

  friend class Parcel;
  SharedBudget budget_;
};

/// What must be known of a message to queue it, and to answer for it when it cannot be delivered.
struct ParcelLabel {
  MessageType type = MessageType::broadcast;
  MemberId sender = hub_id;
  std::string sender_name{};
  std::string message_id{};  ///< The JSON token; empty when there is none.
  std::optional<Wall> expires_at{};
};

/// **Loop-bound**, immutable, shared by queues: one for each form that a message is sent in.
class Parcel {
 public:
  Parcel(QueueMemory& memory, ParcelLabel label, SharedBytes frame)
      : memory_(memory), label_(std::move(label)), frame_(std::move(frame)) {
    memory_.budget_.take(cost_bytes());
  }
  ~Parcel() { memory_.budget_.give_back(cost_bytes()); }
  Parcel(const Parcel&) = delete;
  Parcel& operator=(const Parcel&) = delete;

  [[nodiscard]] const ParcelLabel& label() const { return label_; }
  [[nodiscard]] const SharedBytes& frame() const { return frame_; }
  [[nodiscard]] std::size_t bytes() const { return frame_.size(); }

 private:
  /// What a parcel takes beside its frame, about: itself and its strings.
  static constexpr std::size_t overhead_bytes = 256;
  [[nodiscard]] std::size_t cost_bytes() const { return frame_.size() + overhead_bytes; }

  QueueMemory& memory_;
  ParcelLabel label_;
  SharedBytes frame_;
};

using ParcelRef = std::shared_ptr<const Parcel>;

/// The frame to send: it counts until it has gone out, not only until it leaves its queue.
[[nodiscard]] inline SharedBytes frame_of(const ParcelRef& parcel) {
  return parcel->frame().kept_with(parcel);
}

[[nodiscard]] inline ParcelRef make_parcel(QueueMemory& memory, ParcelLabel label,
                                           SharedBytes frame) {
  return std::make_shared<const Parcel>(memory, std::move(label), std::move(frame));
}

}  // namespace malinka::hub
