// SPDX-License-Identifier: MIT
#include "net/network_watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/try.h"

namespace malinka::net {
namespace {

// A link that comes up brings several messages: link, addresses, and again. One call is enough.
constexpr auto settling_time = std::chrono::milliseconds(100);

Result<UniqueFd> open_netlink() {
  UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!socket.is_open()) return fail_errno(errno, "netlink");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail_errno(errno, "netlink");
  return socket;
}

class NetlinkWatch final : public NetworkWatch, ReadinessHandler {
 public:
  NetlinkWatch(Loop& loop, UniqueFd socket, Task on_change)
      : loop_(loop), socket_(std::move(socket)), on_change_(std::move(on_change)) {}

  ~NetlinkWatch() override {
    loop_.cancel(settling_);
    loop_.forget(socket_.get());
  }

  Result<void> start() { return loop_.watch(socket_.get(), *this); }

 private:
  void on_ready(Readiness readiness) noexcept override {
    if (!readiness.is_readable && !readiness.is_hung_up) return;
    read_all();
    if (settling_ != no_timer) return;
    settling_ = loop_.after(settling_time, [this] {
      settling_ = no_timer;
      on_change_();
    });
  }

  /// What changed does not matter; ENOBUFS, when too much did, is a change as well.
  void read_all() {
    std::array<std::byte, 8192> ignored;
    ssize_t count = 0;
    do count = ::recv(socket_.get(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    while (count > 0 || (count < 0 && (errno == EINTR || errno == ENOBUFS)));
  }

  Loop& loop_;  // Outlives the watch.
  UniqueFd socket_;
  Task on_change_;
  TimerId settling_ = no_timer;
};

}  // namespace

Result<std::unique_ptr<NetworkWatch>> NetworkWatch::open(Loop& loop, Task on_change) {
  UniqueFd socket = TRY(open_netlink());
  auto watch = std::make_unique<NetlinkWatch>(loop, std::move(socket), std::move(on_change));
  TRY_VOID(watch->start());
  return watch;
}

}  // namespace malinka::net
