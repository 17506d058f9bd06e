// SPDX-License-Identifier: MIT
// Whose edges are told: of a line that agent.toml has watched always, of others for as long as
// somebody has asked for. All edges of a turn are one event.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/capability/gpio/board.h"
#include "agent/capability/gpio/holdings.h"
#include "base/json_fwd.h"

namespace malinka::agent::gpio {

/// What somebody asks for.
struct WatchWish {
  std::string originator;
  Access access = Access::control;  ///< What they may do at most.
  Edges edges = Edges::both;        ///< None: no more.
  std::optional<std::chrono::milliseconds> debounce{};
  std::chrono::seconds time{0};
};

/// **Loop-bound.**
class Watches {
 public:
  /// `loop`, `board` and `holdings` must outlive it.
  Watches(net::Loop& loop, Board& board, Holdings& holdings, EventSink sink);
  ~Watches();
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  /// All of them, or none.
  [[nodiscard]] Attempt<void> set(std::span<Line* const> lines, const WatchWish& wish);
  /// Before the line is written: those who may only look keep nobody from that.
  void end_for_viewers(Line& line);
  /// Takes the line as agent.toml has it: an input, with its pull, and edges where it is watched.
  [[nodiscard]] Attempt<void> begin_configured(Line& line);

 private:
  struct Seen {
    LineLabel label;
    Edge edge;
  };

  [[nodiscard]] Attempt<void> check(const Line& line, const WatchWish& wish) const;
  [[nodiscard]] Attempt<void> set(Line& line, const WatchWish& wish);
  [[nodiscard]] Attempt<void> apply(Line& line);
  [[nodiscard]] std::size_t watched_count(Access access) const;
  void make_room(Line& line);
  void take_edges(Line& line, std::span<const Edge> edges);
  void tell();
  void end_overdue();
  void schedule();

  net::Loop& loop_;
  Board& board_;
  Holdings& holdings_;
  EventSink sink_;
  std::vector<Seen> seen_;  // In this turn: at most what drivers give in one.
  std::uint64_t lost_ = 0;
  net::TimerId telling_ = net::no_timer;
  net::TimerId sweep_ = net::no_timer;
};

}  // namespace malinka::agent::gpio
