// SPDX-License-Identifier: MIT
#include "link/keep_alive.h"

#include <iterator>
#include <utility>

namespace malinka::link {

KeepAlive::KeepAlive(Heartbeats& heartbeats) : Member(heartbeats), last_heard_(loop().now()) {}

void KeepAlive::set_heartbeat(std::chrono::milliseconds heartbeat) {
  beat_every(heartbeat);
  last_heard_ = loop().clock().now();
  if (doubt_) loop().cancel(std::exchange(doubt_->silence_timer, net::no_timer));
}

/// From when we hear again, the peer has all its time. But it has that once: to be paused while it
/// takes nothing is no news of it.
void KeepAlive::set_deaf(bool is_deaf) {
  if (std::exchange(is_deaf_, is_deaf) == is_deaf) return;
  last_heard_ = loop().clock().now();
}

void KeepAlive::probe(std::chrono::milliseconds timeout, ProbeHandler on_answer) {
  Probe& probe = doubt().probes.emplace_front(std::move(on_answer));
  probe.timer = loop().after(timeout, [this, &probe] { give_up(probe); });
  send_ping();
}

void KeepAlive::heard() {
  last_heard_ = loop().now();
  if (!doubt_) return;
  const std::unique_ptr<Doubt> over = take_doubt();
  over->probes.reverse();  // Who asked first has the answer first.
  for (Probe& probe : over->probes) probe.on_answer(true);
}

void KeepAlive::stop() noexcept {
  (void)take_doubt();
  beat_every({});
}

/// Who answers pings is heard between two beats, and then the end of its time lies behind the next
/// one. A timer for that end is needed only by who did not.
void KeepAlive::on_beat() noexcept {
  if (!is_deaf_ && silent_at() <= loop().now()) return on_silent();
  if (!is_deaf_ && silent_at() < next_beat())
    doubt().silence_timer =
        loop().after(silent_at() - loop().clock().now(), [this] { on_silence_timer(); });
  send_ping();
}

/// It may have been found since that we were deaf; then there is nothing to do.
void KeepAlive::on_silence_timer() {
  doubt_->silence_timer = net::no_timer;
  if (!is_deaf_ && silent_at() <= loop().now()) on_silent();
}

void KeepAlive::give_up(const Probe& probe) {
  auto before = doubt_->probes.before_begin();
  while (&*std::next(before) != &probe) ++before;
  ProbeHandler on_answer = std::move(std::next(before)->on_answer);
  doubt_->probes.erase_after(before);
  on_answer(false);
}

KeepAlive::Doubt& KeepAlive::doubt() {
  if (!doubt_) doubt_ = std::make_unique<Doubt>();
  return *doubt_;
}

std::unique_ptr<KeepAlive::Doubt> KeepAlive::take_doubt() noexcept {
  if (!doubt_) return nullptr;
  loop().cancel(doubt_->silence_timer);
  for (const Probe& probe : doubt_->probes) loop().cancel(probe.timer);
  return std::move(doubt_);
}

}  // namespace malinka::link
