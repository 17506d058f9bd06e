// SPDX-License-Identifier: MIT
// Notices that the device was paired anew, by `malinka pair --new`, while the agent runs.

#pragma once

#include <functional>
#include <memory>

#include "agent/os/file_watch.h"
#include "agent/os/worker_pool.h"
#include "agent/place.h"
#include "net/loop.h"

namespace malinka::agent {

/// **Loop-bound.** Reads files and derives keys on a worker.
class PairingWatch {
 public:
  /// Called with where to join from now on, or with why the new pairing cannot be used.
  using Handler = std::function<void(Result<client::SubscriberSettings>)>;

  /// What `place` has of the pairing is what it is compared with. `loop` and `workers` must outlive
  /// it. Errors: those of os::FileWatch::open.
  [[nodiscard]] static Result<std::unique_ptr<PairingWatch>> open(net::Loop& loop,
                                                                  os::WorkerPool& workers,
                                                                  const Place& place,
                                                                  Handler on_change);
  ~PairingWatch();
  PairingWatch(const PairingWatch&) = delete;
  PairingWatch& operator=(const PairingWatch&) = delete;

 private:
  struct Outcome;

  PairingWatch(net::Loop& loop, os::WorkerPool& workers, const Place& place, Handler on_change);

  void look();
  void take(Result<Outcome> outcome);

  net::Loop& loop_;
  os::WorkerPool& workers_;
  client::SubscriberSettings subscriber_;
  Paired paired_;  // As of the last look.
  Handler on_change_;
  bool is_looking_ = false;
  bool has_changed_again_ = false;  // While it was looked at.
  net::TimerId retry_ = net::no_timer;
  std::shared_ptr<PairingWatch*> self_;  // Emptied by the end: a worker then finds nobody.
  std::unique_ptr<os::FileWatch> file_;
};

}  // namespace malinka::agent
