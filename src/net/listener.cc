// SPDX-License-Identifier: MIT
#include "net/listener.h"

#include <cerrno>

#include "base/log.h"
#include "base/try.h"
#include "net/socket_address.h"

namespace malinka::net {
namespace {

constexpr int backlog = 4096;
constexpr int accepted_per_turn_max = 64;
constexpr auto pause = std::chrono::milliseconds(100);

Result<void> set_option(int socket, int level, int option, int value) {
  if (::setsockopt(socket, level, option, &value, sizeof value) != 0) return fail_errno(errno);
  return {};
}

Result<UniqueFd> bind_and_listen(const SocketAddress& address) {
  UniqueFd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return fail_errno(errno);
  TRY_VOID(set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1));
  if (address.family() == AF_INET6)  // Whatever the machine's default: `::` is IPv4 too.
    TRY_VOID(set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0));
  if (::bind(socket.get(), address.data(), address.size()) != 0) return fail_errno(errno);
  if (::listen(socket.get(), backlog) != 0) return fail_errno(errno);
  return socket;
}

/// As bind_and_listen; where the machine has no IPv6, every address means every IPv4 address.
Result<UniqueFd> open_socket(const Endpoint& endpoint) {
  const auto address = SocketAddress::from_text(endpoint.address, endpoint.port);
  if (!address) return fail(std::errc::invalid_argument, endpoint.text());
  Result<UniqueFd> socket = bind_and_listen(*address);
  const bool lacks_ipv6 =
      !socket && (socket.error().code == std::errc::address_family_not_supported ||
                  socket.error().code == std::errc::address_not_available);
  if (lacks_ipv6 && endpoint.address == "::") return open_socket({"0.0.0.0", endpoint.port});
  if (!socket) socket.error().context = endpoint.text();
  return socket;
}

Result<Endpoint> local_endpoint(int socket) {
  SocketAddress address;
  if (::getsockname(socket, address.data(), address.size_place()) != 0) return fail_errno(errno);
  return Endpoint{IpAddress(address).text(), address.port()};
}

bool is_out_of_resources(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS ||
         error_number == ENOMEM;
}

class TcpListener final : public Listener, ReadinessHandler {
 public:
  TcpListener(Loop& loop, UniqueFd socket, Endpoint endpoint, AcceptHandler on_accept)
      : loop_(loop),
        socket_(std::move(socket)),
        endpoint_(std::move(endpoint)),
        on_accept_(std::move(on_accept)) {}

  ~TcpListener() override {
    loop_.cancel(come_back_);
    loop_.forget(socket_.get());
  }

  Result<void> start() { return loop_.watch(socket_.get(), *this); }

  const Endpoint& endpoint() const override { return endpoint_; }

  void on_ready(Readiness) noexcept override {
    if (come_back_ == no_timer) accept_some();
  }

 private:
  void accept_some() {
    for (int i = 0; i < accepted_per_turn_max; ++i)
      if (!accept_one()) return;
    come_back_after(std::chrono::milliseconds(0));
  }

  /// False when there is nothing to accept, or nothing to accept it with.
  bool accept_one() {
    SocketAddress peer;
    UniqueFd socket(
        ::accept4(socket_.get(), peer.data(), peer.size_place(), SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open()) {
      on_accept_(make_tcp_stream(std::move(socket), IpAddress(peer)));
      return true;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      is_short_ = false;  // Nobody waits any more.
      return false;
    }
    if (!is_out_of_resources(errno)) return true;  // Of that one connection: accept(2).
    report_shortage(errno);
    come_back_after(pause);
    return false;
  }

  void come_back_after(std::chrono::milliseconds delay) {
    come_back_ = loop_.after(delay, [this] {
      come_back_ = no_timer;
      accept_some();
    });
  }

  void report_shortage(int error_number) {
    if (std::exchange(is_short_, true)) return;  // Once for each episode.
    LOG_WARNING("cannot accept connections for now",
                {"error", std::error_code(error_number, std::system_category()).message()});
  }

  Loop& loop_;  // Outlives the listener.
  UniqueFd socket_;
  Endpoint endpoint_;
  AcceptHandler on_accept_;
  TimerId come_back_ = no_timer;
  bool is_short_ = false;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const Endpoint& endpoint,
                                                 AcceptHandler on_accept) {
  UniqueFd socket = TRY(open_socket(endpoint));
  Endpoint bound = TRY(local_endpoint(socket.get()));
  auto listener = std::make_unique<TcpListener>(loop, std::move(socket), std::move(bound),
                                                std::move(on_accept));
  TRY_VOID(listener->start());
  return listener;
}

}  // namespace malinka::net
