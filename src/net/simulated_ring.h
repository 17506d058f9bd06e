// SPDX-License-Identifier: MIT
// A SendRing that sends one after the other and can be made to fail. Not part of any program.

#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <utility>
#include <vector>

#include "net/send_ring.h"

namespace malinka::net {

class SimulatedRing final : public SendRing {
 public:
  /// So many submissions go well; the next fails with `failure`, behind `taken_max` sends.
  struct Plan {
    int good_submissions = 0;
    std::size_t taken_max = 0;
    int failure = EBADF;
  };

  SimulatedRing() : SimulatedRing(Plan{.good_submissions = -1}) {}
  explicit SimulatedRing(const Plan& plan) : plan_(plan) {}

  void add(SocketSend& send) noexcept override { added_.push_back(&send); }

  Result<void> submit() noexcept override {
    const bool fails = plan_.good_submissions-- == 0;
    for (std::size_t i = 0; i < added_.size(); ++i) {
      const bool is_taken = !fails || i < plan_.taken_max;
      added_[i]->result = is_taken ? send_now(*added_[i]) : -ECANCELED;
    }
    added_.clear();
    if (fails) return fail_errno(plan_.failure, "simulated");
    return {};
  }

 private:
  static std::int64_t send_now(const SocketSend& send) {
    const ssize_t count =
        ::send(send.socket, send.bytes.data(), send.bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? -errno : count;
  }

  Plan plan_;
  std::vector<SocketSend*> added_;
};

}  // namespace malinka::net
