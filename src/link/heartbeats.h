// SPDX-License-Identifier: MIT
// The heartbeats of all connections of one loop: one timer for all that have the same interval.

#pragma once

#include <chrono>
#include <map>

#include "net/loop.h"

namespace malinka::link {

/// **Loop-bound.** Since all in a round have the same interval, whoever beat last is the last to
/// beat again: a list is enough of an order. Outlives whoever is in it.
class Heartbeats {
  struct Round;

 public:
  /// Who has a heartbeat. As long as it lives it is in a round, if only in that of those who do not
  /// beat.
  class Member {
   public:
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

   protected:
    explicit Member(Heartbeats& heartbeats);
    virtual ~Member();

    /// Beats every `interval` from now on; zero: no more.
    void beat_every(std::chrono::milliseconds interval);
    /// It may stop now, or be disposed of.
    virtual void on_beat() noexcept = 0;

    [[nodiscard]] std::chrono::milliseconds interval() const;
    [[nodiscard]] Steady next_beat() const { return next_beat_; }
    [[nodiscard]] net::Loop& loop() const;

   private:
    friend class Heartbeats;
    Round* round_ = nullptr;  // Lasts while anyone is in it.
    Member* before_ = nullptr;
    Member* behind_ = nullptr;
    Steady next_beat_;
  };

  explicit Heartbeats(net::Loop& loop) : loop_(loop) {}
  ~Heartbeats();
  Heartbeats(const Heartbeats&) = delete;
  Heartbeats& operator=(const Heartbeats&) = delete;

 private:
  /// All who have the same interval, in the order of their next beats.
  struct Round {
    Heartbeats& heartbeats;
    std::chrono::milliseconds interval;
    Member* first = nullptr;
    Member* last = nullptr;
    net::TimerId timer = net::no_timer;
  };

  void enter(std::chrono::milliseconds interval, Member& member);
  void leave(Member& member) noexcept;
  static void append(Round& round, Member& member);
  static void take_out(Member& member) noexcept;
  void wait_for_first(Round& round);
  void beat(std::chrono::milliseconds interval);

  net::Loop& loop_;  // Outlives it.
  std::map<std::chrono::milliseconds, Round> rounds_;
};

}  // namespace malinka::link
