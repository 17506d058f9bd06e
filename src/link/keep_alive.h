// SPDX-License-Identifier: MIT
// Notices a peer that went silent: pings at an interval, and probes on demand. RFC 6455
// section 5.5.2.

#pragma once

#include <chrono>
#include <forward_list>
#include <functional>
#include <memory>

#include "link/heartbeats.h"

namespace malinka::link {

using ProbeHandler = std::move_only_function<void(bool) noexcept>;

/// **Loop-bound.** Whoever has a peer derives from it. Tells nothing after stop().
class KeepAlive : Heartbeats::Member {
 protected:
  explicit KeepAlive(Heartbeats& heartbeats);
  ~KeepAlive() override { stop(); }

  virtual void send_ping() noexcept = 0;
  virtual void on_silent() noexcept = 0;

  /// Pings every `heartbeat`; silence for twice that is told. Zero: never.
  void set_heartbeat(std::chrono::milliseconds heartbeat);
  /// Whether we are deaf ourselves: then silence says nothing about the peer.
  void set_deaf(bool is_deaf);
  /// Pings now; tells true when anything is heard within `timeout`, else false. The callers bound
  /// how many probes wait at once.
  void probe(std::chrono::milliseconds timeout, ProbeHandler on_answer);
  /// Anything arrived.
  void heard();
  void stop() noexcept;

 private:
  struct Probe {
    ProbeHandler on_answer;
    net::TimerId timer = net::no_timer;
  };
  /// What is needed only from when a sign of life is missed.
  struct Doubt {
    net::TimerId silence_timer = net::no_timer;
    std::forward_list<Probe> probes;  // The last to come first.
  };

  void on_beat() noexcept override;
  void on_silence_timer();
  void give_up(const Probe& probe);
  [[nodiscard]] std::unique_ptr<Doubt> take_doubt() noexcept;
  [[nodiscard]] Doubt& doubt();
  [[nodiscard]] Steady silent_at() const { return last_heard_ + 2 * interval(); }

  Steady last_heard_;
  std::unique_ptr<Doubt> doubt_;  // Null again as soon as anything is heard.
  bool is_deaf_ = false;
};

}  // namespace malinka::link
