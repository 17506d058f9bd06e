// SPDX-License-Identifier: MIT
#include "net/dialer.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "net/name_lookup.h"

namespace malinka::net {
namespace {

// RFC 8305 section 5: the Connection Attempt Delay.
constexpr auto hesitation_max = std::chrono::milliseconds(250);

/// One address being connected to. It dies with its dialer, so never inside its own callback.
class Attempt final : ReadinessHandler {
 public:
  using OverHandler = std::move_only_function<void(Attempt*)>;

  Attempt(Loop& loop, const SocketAddress& address, OverHandler on_over)
      : loop_(loop), address_(address), on_over_(std::move(on_over)) {}
  ~Attempt() { give_up(); }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  /// Errors: those of socket(2) and connect(2) that are known at once.
  Result<void> start() {
    socket_.reset(::socket(address_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_.is_open()) return fail_errno(errno);
    const bool is_begun = ::connect(socket_.get(), address_.data(), address_.size()) == 0;
    if (!is_begun && errno != EINPROGRESS) return fail_errno(errno);
    return loop_.watch(socket_.get(), *this);
  }

  /// Zero for a connected socket, else the errno of its failure.
  [[nodiscard]] int socket_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
  }

  void give_up() {
    loop_.forget(socket_.get());
    socket_.reset();
  }

  [[nodiscard]] std::unique_ptr<Stream> take_stream() {
    loop_.forget(socket_.get());
    return make_tcp_stream(std::move(socket_), IpAddress(address_));
  }

 private:
  void on_ready(Readiness readiness) noexcept override {
    if (readiness.is_writable || readiness.is_hung_up) on_over_(this);
  }

  Loop& loop_;
  SocketAddress address_;
  OverHandler on_over_;
  UniqueFd socket_;
};

class TcpDialer final : public Dialer {
 public:
  TcpDialer(Loop& loop, std::string context, DialHandler handler)
      : loop_(loop), context_(std::move(context)), handler_(std::move(handler)) {}

  ~TcpDialer() override {
    loop_.cancel(timeout_);
    loop_.cancel(hesitation_);
    loop_.cancel(result_timer_);
  }

  void start(std::chrono::milliseconds timeout) {
    timeout_ = loop_.after(timeout, [this] { finish(fail(std::errc::timed_out, context_)); });
  }

  void look_up(const std::string& host, std::uint16_t port) {
    lookup_ = NameLookup::start(
        loop_, host, port,
        [this](Result<std::vector<SocketAddress>> found) noexcept { on_found(std::move(found)); });
  }

  void try_all(std::vector<SocketAddress> addresses) {
    addresses_ = std::move(addresses);
    try_next();
  }

 private:
  void on_found(Result<std::vector<SocketAddress>> found) {
    if (!found) return finish(std::unexpected(found.error()));
    try_all(std::move(*found));
  }

  /// Begins with the next address that does not fail at once. Without one, waits for those that
  /// run.
  void try_next() {
    loop_.cancel(std::exchange(hesitation_, no_timer));
    while (next_ < addresses_.size()) {
      Attempt& attempt = *attempts_.emplace_back(std::make_unique<Attempt>(
          loop_, addresses_[next_++], [this](Attempt* over) { on_over(*over); }));
      const Result<void> started = attempt.start();
      if (started) {
        ++running_;
        hesitation_ = loop_.after(hesitation_max, [this] { try_next(); });
        return;
      }
      last_error_ = started.error().code;
    }
    if (running_ == 0) finish(std::unexpected(Error{last_error_, context_}));
  }

  void on_over(Attempt& attempt) {
    if (result_timer_ != no_timer) return;
    const int error = attempt.socket_error();
    if (error == 0) return finish(attempt.take_stream());
    last_error_ = std::error_code(error, std::system_category());
    attempt.give_up();
    --running_;
    try_next();
  }

  /// In a later turn, so that the handler may destroy the dialer, and with it what led here.
  void finish(Result<std::unique_ptr<Stream>> result) {
    if (result_timer_ != no_timer) return;
    loop_.cancel(std::exchange(timeout_, no_timer));
    loop_.cancel(std::exchange(hesitation_, no_timer));
    result_timer_ =
        loop_.after(std::chrono::nanoseconds(0), [this, result = std::move(result)]() mutable {
          attempts_.clear();
          DialHandler handler = std::move(handler_);
          handler(std::move(result));
        });
  }

  Loop& loop_;  // Outlives the dialer.
  const std::string context_;
  DialHandler handler_;
  std::unique_ptr<NameLookup> lookup_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  std::vector<std::unique_ptr<Attempt>> attempts_;
  int running_ = 0;
  std::error_code last_error_ = std::make_error_code(std::errc::host_unreachable);
  TimerId timeout_ = no_timer;
  TimerId hesitation_ = no_timer;
  TimerId result_timer_ = no_timer;
};

std::string describe_target(const std::string& host, std::uint16_t port) {
  const bool needs_brackets = host.find(':') != std::string::npos;
  return (needs_brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

std::unique_ptr<Dialer> Dialer::dial(Loop& loop, const std::string& host, std::uint16_t port,
                                     std::chrono::milliseconds timeout, DialHandler handler) {
  auto dialer = std::make_unique<TcpDialer>(loop, describe_target(host, port), std::move(handler));
  dialer->start(timeout);
  dialer->look_up(host, port);
  return dialer;
}

std::unique_ptr<Dialer> Dialer::dial(Loop& loop, std::vector<SocketAddress> addresses,
                                     std::string context, std::chrono::milliseconds timeout,
                                     DialHandler handler) {
  auto dialer = std::make_unique<TcpDialer>(loop, std::move(context), std::move(handler));
  dialer->start(timeout);
  dialer->try_all(std::move(addresses));
  return dialer;
}

}  // namespace malinka::net
