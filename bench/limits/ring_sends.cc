// SPDX-License-Identifier: MIT
// Sends that complete inside their submission: only what came short leaves a completion behind.
#include <liburing.h>
#include <sys/socket.h>

#include <vector>

#include "bench/limits/sends.h"
#include "bench/load/failure.h"

namespace malinka::bench {
namespace {

constexpr unsigned ring_entries = 16384;  // One submission for 10,000 recipients.

class RingSends final : public Sends {
 public:
  explicit RingSends(const io_uring& ring) : ring_(ring) {}
  ~RingSends() override { ::io_uring_queue_exit(&ring_); }
  RingSends(const RingSends&) = delete;
  RingSends& operator=(const RingSends&) = delete;

  void add(int socket, std::string_view bytes) override {
    io_uring_sqe* entry = ::io_uring_get_sqe(&ring_);
    if (entry == nullptr) {
      submit();
      entry = ::io_uring_get_sqe(&ring_);
    }
    ::io_uring_prep_send(entry, socket, bytes.data(), bytes.size(),
                         MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL);
    ::io_uring_sqe_set_flags(entry, IOSQE_CQE_SKIP_SUCCESS);
    ::io_uring_sqe_set_data64(entry, added_.size());
    added_.push_back({socket, bytes});
  }

  void submit() override {
    if (added_.empty()) return;
    for (std::size_t done = 0; done < added_.size();) {
      const int submitted = ::io_uring_submit(&ring_);
      if (submitted < 0) give_up("io_uring_submit");
      done += static_cast<std::size_t>(submitted);
    }
    finish_short_ones();
    added_.clear();
  }

 private:
  struct Added {
    int socket;
    std::string_view bytes;
  };

  void finish_short_ones() {
    io_uring_cqe* completion = nullptr;
    while (::io_uring_peek_cqe(&ring_, &completion) == 0) {
      const Added& added = added_[::io_uring_cqe_get_data64(completion)];
      const int sent = completion->res > 0 ? completion->res : 0;
      send_all(added.socket, added.bytes.substr(static_cast<std::size_t>(sent)));
      ::io_uring_cqe_seen(&ring_, completion);
    }
  }

  io_uring ring_;
  std::vector<Added> added_;
};

}  // namespace

std::unique_ptr<Sends> make_ring_sends() {
  io_uring ring{};
  if (::io_uring_queue_init(ring_entries, &ring,
                            IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN) != 0)
    return nullptr;
  return std::make_unique<RingSends>(ring);
}

}  // namespace malinka::bench
