// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/watches.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/capability/gpio/line_json.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::gpio {
namespace {

Edges wanted_edges(const Line& line) {
  Edges edges = line.settings == nullptr ? Edges::none : line.settings->watch;
  for (const auto& [who, lease] : line.watch.leases) edges = edges | lease.edges;
  return edges;
}

std::chrono::milliseconds configured_debounce(const Line& line) {
  return line.settings == nullptr ? std::chrono::milliseconds(0) : line.settings->debounce;
}

bool is_viewer(const Lease& lease) { return lease.access == Access::view; }

/// Those that stay where somebody with `access` wants to watch: who may only look makes room.
std::size_t lasting_leases(const Line& line, Access access) {
  return static_cast<std::size_t>(std::ranges::count_if(line.watch.leases, [&](const auto& lease) {
    return access == Access::view || !is_viewer(lease.second);
  }));
}

/// Who may only look says how long a line must be still where nobody else listens.
bool may_debounce(const Line& line, const WatchWish& wish) {
  if (wish.access == Access::control) return true;
  const bool is_configured = line.settings != nullptr && line.settings->watch != Edges::none;
  return !is_configured && std::ranges::all_of(line.watch.leases, [&](const auto& lease) {
    return lease.first == wish.originator;
  });
}

/// What viewers have said of it so far is over.
bool is_first_in_control(const Line& line, const WatchWish& wish) {
  return wish.access == Access::control &&
         std::ranges::none_of(line.watch.leases, [](const auto& lease) {
           return lease.second.access == Access::control;
         });
}

Attempt<void> refuse_output(const Line& line) {
  return no(ResponseCode::conflict,
            fmt::format("{} is an output: a watch would make it an input", title_of(line)));
}

/// What is not an input now would become one.
Attempt<void> check_direction(const Line& line) {
  if (line.is_held_as(Role::input)) return {};
  if (line.is_held_as(Role::output)) return refuse_output(line);
  const bool is_held = line.holding != nullptr;
  const LineInfo info = TRY(is_held ? look_at(line) : look_at_free(line));
  if (info.direction == Direction::output) return refuse_output(line);
  const bool is_allowed = line.use.empty() || line.permission.access == LineAccess::write;
  if (!is_held && is_allowed) return {};
  return no(ResponseCode::conflict,
            fmt::format("{} is used by {}: a watch would take it away from that", title_of(line),
                        line.use));
}

}  // namespace

Watches::Watches(net::Loop& loop, Board& board, Holdings& holdings, EventSink sink)
    : loop_(loop), board_(board), holdings_(holdings), sink_(std::move(sink)) {}

Watches::~Watches() {
  loop_.cancel(telling_);
  loop_.cancel(sweep_);
}

Attempt<void> Watches::check(const Line& line, const WatchWish& wish) const {
  if (wish.edges == Edges::none) return {};
  TRY_VOID(check_direction(line));
  if (line.watch.leases.contains(wish.originator)) return {};
  if (lasting_leases(line, wish.access) >= limits::gpio_watchers_max)
    return no(ResponseCode::busy, fmt::format("{} is watched for {} others already", title_of(line),
                                              limits::gpio_watchers_max));
  if (line.watch.leases.empty() && watched_count(wish.access) >= limits::gpio_lines_max)
    return no(ResponseCode::busy, fmt::format("{} lines are watched already: end one of those",
                                              limits::gpio_lines_max));
  return {};
}

Attempt<void> Watches::set(std::span<Line* const> lines, const WatchWish& wish) {
  for (const Line* const line : lines) TRY_VOID(check(*line, wish));
  std::vector<Watch> before;
  for (Line* const line : lines) {
    before.push_back(line->watch);
    Attempt<void> done = set(*line, wish);
    if (done) continue;
    for (std::size_t i = before.size(); i-- > 0;) {
      lines[i]->watch.leases = std::move(before[i].leases);
      lines[i]->watch.debounce = before[i].debounce;
      (void)apply(*lines[i]);
    }
    schedule();
    return done;
  }
  return {};
}

Attempt<void> Watches::set(Line& line, const WatchWish& wish) {
  if (wish.edges == Edges::none) {
    line.watch.leases.erase(wish.originator);
  } else {
    TRY_VOID(check(line, wish));
    if (wish.access == Access::control) make_room(line);
    if (is_first_in_control(line, wish)) line.watch.debounce = configured_debounce(line);
    if (wish.debounce && may_debounce(line, wish)) line.watch.debounce = *wish.debounce;
    const Steady until = loop_.clock().now() + wish.time;
    line.watch.leases[wish.originator] = {wish.edges, until, wish.access};
  }
  Attempt<void> done = apply(line);
  schedule();
  return done;
}

void Watches::end_for_viewers(Line& line) {
  const auto ended =
      std::erase_if(line.watch.leases, [](const auto& lease) { return is_viewer(lease.second); });
  if (ended > 0) (void)apply(line);
}

/// At the cost of who may only look: here, where the line is full of them, and elsewhere, where too
/// many lines are watched for nobody else.
void Watches::make_room(Line& line) {
  if (line.watch.leases.size() >= limits::gpio_watchers_max) end_for_viewers(line);
  if (!line.watch.leases.empty() || watched_count(Access::view) < limits::gpio_lines_max) return;
  bool is_made = false;
  board_.each_line([&](Line& other) {
    if (is_made || other.watch.leases.empty() || lasting_leases(other, Access::control) > 0) return;
    end_for_viewers(other);
    is_made = true;
  });
}

Attempt<void> Watches::begin_configured(Line& line) { return apply(line); }

/// Holds the line as it is to be now, or lets it go.
Attempt<void> Watches::apply(Line& line) {
  const Edges edges = wanted_edges(line);
  if (line.watch.leases.empty()) line.watch.debounce = configured_debounce(line);
  const bool is_input_always = line.settings != nullptr && line.settings->is_input();
  if (edges == Edges::none && !is_input_always) {
    if (line.is_held_as(Role::input)) holdings_.free(line);
    return {};
  }
  if (line.holding == nullptr) line.watch.last_sequence = 0;
  LineConfig config{.role = Role::input, .edges = edges, .debounce = line.watch.debounce};
  if (line.settings != nullptr) config.pull = line.settings->pull.value_or(Pull::unchanged);
  return holdings_.listen(line, config,
                          [this, &line](std::span<const Edge> seen) { take_edges(line, seen); });
}

/// Lines whose watches stay where somebody with `access` wants another.
std::size_t Watches::watched_count(Access access) const {
  std::size_t count = 0;
  board_.each_line([&](const Line& line) { count += lasting_leases(line, access) > 0 ? 1 : 0; });
  return count;
}

void Watches::take_edges(Line& line, std::span<const Edge> edges) {
  const LineLabel label = label_of(line);
  for (const Edge& edge : edges) {
    const std::uint32_t expected = line.watch.last_sequence + 1;
    lost_ += edge.sequence - expected;
    line.watch.last_sequence = edge.sequence;
    seen_.push_back({label, edge});
  }
  if (telling_ != net::no_timer) return;
  telling_ = loop_.after(std::chrono::nanoseconds(0), [this] {
    telling_ = net::no_timer;
    tell();
  });
}

/// Lines have a queue each in the kernel: its time is what orders them, and else who came first.
void Watches::tell() {
  const std::vector<Seen> all = std::exchange(seen_, {});
  std::vector<const Seen*> sorted;
  sorted.reserve(all.size());
  for (const Seen& one : all) sorted.push_back(&one);
  std::ranges::sort(sorted, {},
                    [](const Seen* one) { return std::pair(one->edge.time_nanoseconds, one); });
  for (std::size_t first = 0; first < sorted.size(); first += limits::gpio_edges_max) {
    const std::size_t last = std::min(first + limits::gpio_edges_max, sorted.size());
    Json event = {{"edges", Json::array()}};
    for (std::size_t i = first; i < last; ++i)
      event["edges"].push_back(edge_json(sorted[i]->label, sorted[i]->edge));
    if (const std::uint64_t lost = std::exchange(lost_, 0)) event["lost"] = lost;
    sink_("gpio.edge", event, {});
  }
}

void Watches::end_overdue() {
  const Steady now = loop_.clock().now();
  board_.each_line([&](Line& line) {
    const auto ended = std::erase_if(line.watch.leases,
                                     [&](const auto& lease) { return lease.second.until <= now; });
    if (ended > 0) (void)apply(line);
  });
  schedule();
}

void Watches::schedule() {
  loop_.cancel(sweep_);
  sweep_ = net::no_timer;
  std::optional<Steady> first;
  board_.each_line([&](const Line& line) {
    for (const auto& [who, lease] : line.watch.leases)
      first = first ? std::min(*first, lease.until) : lease.until;
  });
  if (first) sweep_ = loop_.after(*first - loop_.clock().now(), [this] { end_overdue(); });
}

}  // namespace malinka::agent::gpio
