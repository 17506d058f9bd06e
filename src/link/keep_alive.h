// SPDX-License-Identifier: MIT
// Notices a peer that went silent: pings at an interval, and probes on demand. RFC 6455
// section 5.5.2.

#pragma once

#include <chrono>
#include <forward_list>
#include <functional>

#include "net/loop.h"

namespace malinka::link {

using ProbeHandler = std::move_only_function<void(bool) noexcept>;

/// **Loop-bound.** Tells nothing after stop().
class KeepAlive {
 public:
  /// Whose peer it is.
  class Owner {
   public:
    virtual void send_ping() noexcept = 0;
    virtual void on_silent() noexcept = 0;

   protected:
    ~Owner() = default;
  };

  KeepAlive(net::Loop& loop, Owner& owner) : loop_(loop), owner_(owner), last_heard_(loop.now()) {}
  ~KeepAlive() { stop(); }
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

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

  void schedule();
  void on_timer();
  void give_up(const Probe& probe);

  net::Loop& loop_;
  Owner& owner_;
  std::chrono::milliseconds heartbeat_{0};
  Steady last_heard_;
  Steady next_ping_;
  net::TimerId timer_ = net::no_timer;
  std::forward_list<Probe> probes_;  // The last to come first.
  bool is_deaf_ = false;
};

}  // namespace malinka::link
