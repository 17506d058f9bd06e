// SPDX-License-Identifier: MIT
#include "link/heartbeats.h"

#include <algorithm>
#include <utility>

namespace malinka::link {
namespace {

constexpr std::chrono::milliseconds never(0);

}  // namespace

Heartbeats::Member::Member(Heartbeats& heartbeats) { heartbeats.enter(never, *this); }

Heartbeats::Member::~Member() { round_->heartbeats.leave(*this); }

void Heartbeats::Member::beat_every(std::chrono::milliseconds interval) {
  Heartbeats& heartbeats = round_->heartbeats;
  heartbeats.leave(*this);
  heartbeats.enter(std::max(interval, never), *this);
}

std::chrono::milliseconds Heartbeats::Member::interval() const { return round_->interval; }

net::Loop& Heartbeats::Member::loop() const { return round_->heartbeats.loop_; }

Heartbeats::~Heartbeats() {
  for (const auto& [interval, round] : rounds_) loop_.cancel(round.timer);
}

void Heartbeats::enter(std::chrono::milliseconds interval, Member& member) {
  const auto place = rounds_.try_emplace(interval, *this, interval).first;
  member.next_beat_ = loop_.clock().now() + interval;
  append(place->second, member);
  wait_for_first(place->second);
}

void Heartbeats::leave(Member& member) noexcept {
  Round& round = *member.round_;
  take_out(member);
  if (round.first != nullptr) return;
  loop_.cancel(round.timer);
  rounds_.erase(round.interval);
}

void Heartbeats::append(Round& round, Member& member) {
  member.round_ = &round;
  member.before_ = std::exchange(round.last, &member);
  member.behind_ = nullptr;
  (member.before_ == nullptr ? round.first : member.before_->behind_) = &member;
}

void Heartbeats::take_out(Member& member) noexcept {
  Round& round = *member.round_;
  (member.before_ == nullptr ? round.first : member.before_->behind_) = member.behind_;
  (member.behind_ == nullptr ? round.last : member.behind_->before_) = member.before_;
}

/// The timer stands at the first's beat, or before it where another was the first.
void Heartbeats::wait_for_first(Round& round) {
  if (round.interval == never || round.timer != net::no_timer) return;
  round.timer = loop_.after(round.first->next_beat_ - loop_.clock().now(),
                            [this, interval = round.interval] { beat(interval); });
}

/// The next beat counts from when this one was due, not from now: what was late does not add up.
/// Only where a whole interval was missed, that is left out.
void Heartbeats::beat(std::chrono::milliseconds interval) {
  rounds_.at(interval).timer = net::no_timer;
  const Steady now = loop_.now();
  while (true) {
    const auto place = rounds_.find(interval);
    if (place == rounds_.end()) return;
    Round& round = place->second;
    Member& first = *round.first;
    if (first.next_beat_ > now) return wait_for_first(round);
    take_out(first);
    first.next_beat_ = std::max(first.next_beat_ + interval, now);
    append(round, first);
    first.on_beat();
  }
}

}  // namespace malinka::link
