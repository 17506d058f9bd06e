// SPDX-License-Identifier: MIT
#include "link/keep_alive.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace malinka::link {

void KeepAlive::set_heartbeat(std::chrono::milliseconds heartbeat) {
  heartbeat_ = heartbeat;
  last_heard_ = loop_.clock().now();
  next_ping_ = last_heard_ + heartbeat_;
  schedule();
}

void KeepAlive::set_deaf(bool is_deaf) {
  is_deaf_ = is_deaf;
  last_heard_ = loop_.clock().now();
  schedule();
}

void KeepAlive::probe(std::chrono::milliseconds timeout, ProbeHandler on_answer) {
  Probe& probe = probes_.emplace_front(std::move(on_answer));
  probe.timer = loop_.after(timeout, [this, &probe] { give_up(probe); });
  owner_.send_ping();
}

void KeepAlive::heard() {
  last_heard_ = loop_.now();
  std::forward_list<Probe> probes = std::exchange(probes_, {});
  probes.reverse();  // Who asked first has the answer first.
  for (Probe& probe : probes) {
    loop_.cancel(probe.timer);
    probe.on_answer(true);
  }
}

void KeepAlive::stop() noexcept {
  loop_.cancel(std::exchange(timer_, net::no_timer));
  for (const Probe& probe : probes_) loop_.cancel(probe.timer);
  probes_.clear();
  heartbeat_ = {};
}

/// The timer stands at the next ping or at the end of the peer's time, whichever comes first. What
/// is heard moves the latter without touching the timer, which then finds nothing to do.
void KeepAlive::schedule() {
  loop_.cancel(std::exchange(timer_, net::no_timer));
  if (heartbeat_ <= std::chrono::milliseconds(0)) return;
  const Steady silent_at = last_heard_ + 2 * heartbeat_;
  const Steady next = is_deaf_ ? next_ping_ : std::min(next_ping_, silent_at);
  timer_ = loop_.after(next - loop_.clock().now(), [this] { on_timer(); });
}

void KeepAlive::on_timer() {
  timer_ = net::no_timer;
  const Steady now = loop_.now();
  if (!is_deaf_ && now >= last_heard_ + 2 * heartbeat_) return owner_.on_silent();
  if (now >= next_ping_) {
    next_ping_ = now + heartbeat_;
    owner_.send_ping();
  }
  schedule();
}

void KeepAlive::give_up(const Probe& probe) {
  auto before = probes_.before_begin();
  while (&*std::next(before) != &probe) ++before;
  ProbeHandler on_answer = std::move(std::next(before)->on_answer);
  probes_.erase_after(before);
  on_answer(false);
}

}  // namespace malinka::link
