// SPDX-License-Identifier: MIT
// The adapter over liburing.

#include "net/send_ring.h"

#include <liburing.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/assert.h"

namespace malinka::net {
namespace {

// Carried out while they are submitted, or failed: nothing is left to be done behind our back. Only
// with MSG_WAITALL is a part of the bytes a failure, whose completion is not left out.
constexpr int send_flags = MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL;

// One bad descriptor must not keep the sends behind it from being submitted.
constexpr unsigned setup_flags = IORING_SETUP_SUBMIT_ALL;

class UringSendRing final : public SendRing {
 public:
  static Result<std::unique_ptr<SendRing>> open() {
    auto opened = std::make_unique<UringSendRing>();
    const int error = ::io_uring_queue_init(ring_sends_max, &opened->ring_, setup_flags);
    // Before 5.18 it does not know SUBMIT_ALL.
    if (error == -EINVAL) return fail(std::errc::operation_not_supported);
    if (error < 0) return fail_errno(-error);
    opened->is_open_ = true;
    if ((opened->ring_.features & IORING_FEAT_CQE_SKIP) == 0)
      return fail(std::errc::operation_not_supported);
    return opened;
  }

  ~UringSendRing() override {
    if (is_open_) ::io_uring_queue_exit(&ring_);
  }

  void add(SocketSend& send) noexcept override {
    io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
    ASSERT(entry != nullptr);
    ::io_uring_prep_send(entry, send.socket, send.bytes.data(), send.bytes.size(), send_flags);
    ::io_uring_sqe_set_flags(entry, IOSQE_CQE_SKIP_SUCCESS);
    ::io_uring_sqe_set_data(entry, &send);
    // No news is good news.
    send.result = static_cast<std::int64_t>(send.bytes.size());
    added_[added_count_++] = &send;
  }

  Result<void> submit() noexcept override {
    std::size_t submitted = 0;
    int error = 0;
    while (submitted < added_count_ && error == 0) {
      const int count = ::io_uring_submit(&ring_);
      if (count > 0)
        submitted += static_cast<std::size_t>(count);
      else if (count != -EINTR)
        error = count == 0 ? EIO : -count;
    }
    for (std::size_t i = submitted; i < added_count_; ++i) added_[i]->result = -ECANCELED;
    added_count_ = 0;
    take_completions();
    if (error != 0) return fail_errno(error, "io_uring_enter");
    return {};
  }

 private:
  void take_completions() noexcept {
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring_, head, completion) {
      static_cast<SocketSend*>(::io_uring_cqe_get_data(completion))->result = completion->res;
      ++count;
    }
    ::io_uring_cq_advance(&ring_, count);
  }

  io_uring ring_{};
  bool is_open_ = false;
  std::array<SocketSend*, ring_sends_max> added_{};
  std::size_t added_count_ = 0;
};

}  // namespace

Result<std::unique_ptr<SendRing>> open_send_ring() { return UringSendRing::open(); }

}  // namespace malinka::net
