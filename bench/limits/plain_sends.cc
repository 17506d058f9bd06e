// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "bench/limits/sends.h"

namespace malinka::bench {
namespace {

class PlainSends final : public Sends {
 public:
  void add(int socket, std::string_view bytes) override { send_all(socket, bytes); }
  void submit() override {}
};

}  // namespace

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return;  // Its reader is gone; epoll tells of it.
    pollfd room{socket, POLLOUT, 0};
    ::poll(&room, 1, -1);
  }
}

std::unique_ptr<Sends> make_plain_sends() { return std::make_unique<PlainSends>(); }

}  // namespace malinka::bench
