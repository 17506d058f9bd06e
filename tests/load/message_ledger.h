// SPDX-License-Identifier: MIT
// An account of every copy of every message of a random load: whether it must come, and how it
// ended.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace malinka::test {

inline constexpr std::size_t members_per_channel = 8;
/// Someone who is named as a recipient and never there.
inline constexpr std::size_t nobody = members_per_channel;

/// A name in a channel, whoever has it at the moment.
struct Place {
  std::size_t channel = 0;
  std::size_t member = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

enum class SentType : std::uint8_t { broadcast, command, command_to_all, response };

enum class Copy : std::uint8_t {
  none,
  possible,  ///< May come: its recipient, or its sender, came or went at about that time.
  due,       ///< Must come, be reported, or, of a Broadcast, be told as dropped.
  delivered,
  reported,
};

/// **Value.** `copies` are by the number of the member, and of nobody.
struct SentMessage {
  SentType type = SentType::broadcast;
  Place sender;
  std::uint32_t bytes = 0;  ///< Of its filler.
  bool is_binary = false;
  std::array<Copy, members_per_channel + 1> copies{};
};

/// **Loop-bound.** An id is the number of a message, so ids grow.
class MessageLedger {
 public:
  explicit MessageLedger(std::size_t channels) : channels_(channels) {}

  std::size_t open(const SentMessage& message);
  [[nodiscard]] std::size_t next_id() const { return sent_.size(); }
  /// Null where no such message was sent.
  [[nodiscard]] const SentMessage* find(std::size_t id) const;

  // What came. Each gives what is wrong with it, or nothing.

  std::string deliver(std::size_t id, Place recipient);
  std::string report(std::size_t id, Place sender, std::size_t recipient);
  /// A Command to all went to `recipients`; `present` have been there since before it was sent.
  std::string accept(std::size_t id, const std::vector<std::size_t>& recipients,
                     const std::vector<std::size_t>& present);
  /// Of what `sender` sent, `recipient` was told that so many Broadcasts were dropped.
  void tell_dropped(Place recipient, std::size_t sender, std::size_t broadcasts);

  // What excuses a copy that does not come.

  /// Nothing that was sent so far must reach it any more.
  void excuse_to(Place recipient);
  /// Nobody is left to whom something could be reported, or a report was dropped: of all that is
  /// addressed and was sent so far, also of a Command to all that is only accepted later.
  /// Broadcasts from `first_lost` on may not have left at all.
  void excuse_from(Place sender, std::size_t first_lost);

  /// Every copy that is due has come, was reported, or is among those that were told as dropped.
  [[nodiscard]] bool is_settled() const;
  /// Where more was told as dropped than did not come; each in words.
  [[nodiscard]] std::vector<std::string> find_contradictions() const;
  /// What is still due, in words.
  [[nodiscard]] std::vector<std::string> find_missing() const;

  [[nodiscard]] std::size_t copies(Copy copy) const {
    return copies_.at(static_cast<std::size_t>(copy));
  }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  /// From one to another: of Broadcasts it is not told which were dropped, but how many.
  struct Broadcasts {
    std::size_t due = 0;
    std::size_t possible = 0;
    std::size_t told_dropped = 0;
  };
  struct Channel {
    /// By recipient, then by sender.
    std::array<std::array<Broadcasts, members_per_channel>, members_per_channel> broadcasts{};
    /// By sender: what is addressed and has a lower id is excused.
    std::array<std::size_t, members_per_channel> excused_to{};
  };

  void change(std::size_t id, std::size_t recipient, Copy to);
  void count(std::size_t id, std::size_t recipient, Copy copy, bool is_there);
  [[nodiscard]] bool is_told_dropped(const SentMessage& message, std::size_t recipient) const;

  std::vector<Channel> channels_;
  std::deque<SentMessage> sent_;
  std::set<std::pair<std::size_t, std::size_t>> due_;  // Id and recipient.
  std::array<std::size_t, 5> copies_{};
  std::size_t dropped_ = 0;
};

}  // namespace malinka::test
