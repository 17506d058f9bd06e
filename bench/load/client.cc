// SPDX-License-Identifier: MIT
#include "bench/load/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bench/load/failure.h"

namespace malinka::bench {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) give_up_on_errno("socket");
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS)
    give_up_on_errno("connect");
  return socket;
}

/// A fixed key will do: nobody stands between us and our own server. RFC 6455 section 4.1.
std::string make_request(const Dialect& dialect, const Seat& seat) {
  std::string request = "GET " + dialect.target(seat) +
                        " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (const std::string protocol = dialect.subprotocol(); !protocol.empty())
    request += "Sec-WebSocket-Protocol: " + protocol + "\r\n";
  return request + "\r\n";
}

/// Of a server's frame at the front of `input`: nothing in it is masked. RFC 6455 section 5.2.
struct FrameSize {
  std::size_t head = 0;  ///< 0 while it is not whole.
  std::size_t payload = 0;
};
FrameSize measure_frame(std::string_view input) {
  const auto byte = [input](std::size_t at) { return static_cast<unsigned char>(input[at]); };
  if (input.size() < 2) return {};
  const std::size_t length = byte(1);
  if (length < 126) return {2, length};
  const std::size_t head = length == 126 ? 4 : 10;
  if (input.size() < head) return {};
  std::size_t payload = 0;
  for (std::size_t i = 2; i < head; ++i) payload = (payload << 8) | byte(i);
  return {head, payload};
}

}  // namespace

Client::Client(const Dialect& dialect, const Seat& seat, std::uint32_t index, std::uint16_t port)
    : dialect_(dialect), seat_(seat), index_(index), socket_(connect_to(port)) {}

void Client::begin() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) give_up("cannot connect: " + std::string(std::strerror(error)));
  if (!dialect_.is_web_socket()) return greet();
  phase_ = Phase::upgrading;
  unsent_ = make_request(dialect_, seat_);
}

void Client::greet() {
  phase_ = Phase::greeting;
  unsent_ += dialect_.make_hello(seat_);
}

bool Client::receive(std::string& buffer, std::size_t bytes_max, Inbox& inbox) {
  const std::size_t kept = unread_.size();
  if (buffer.size() < kept + bytes_max) buffer.resize(kept + bytes_max);
  unread_.copy(buffer.data(), kept);
  const ssize_t count = ::recv(socket_.get(), buffer.data() + kept, bytes_max, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return errno == EINTR;
  if (count <= 0) {
    phase_ = Phase::gone;
    return false;
  }
  const auto received = static_cast<std::size_t>(count);
  const std::string_view input(buffer.data(), kept + received);
  const std::size_t taken = take(input, inbox);
  unread_.assign(input.substr(taken));
  return received == bytes_max;
}

void Client::flush() {
  if (unsent_.empty()) return;
  const ssize_t count = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (count >= 0) {
    unsent_.erase(0, static_cast<std::size_t>(count));
  } else if (errno != EAGAIN && errno != EINTR) {
    phase_ = Phase::gone;
    unsent_.clear();
  }
}

std::size_t Client::take(std::string_view input, Inbox& inbox) {
  if (!dialect_.is_web_socket()) return dialect_.take(seat_, input, inbox);
  if (phase_ == Phase::upgrading) {
    const std::size_t taken = take_upgrade(input, inbox);
    return taken == 0 ? 0 : taken + take_frames(input.substr(taken), inbox);
  }
  return take_frames(input, inbox);
}

std::size_t Client::take_upgrade(std::string_view input, Inbox& inbox) {
  const std::size_t end = input.find(head_end);
  if (end == std::string_view::npos) return 0;
  if (!input.starts_with("HTTP/1.1 101"))
    give_up("not upgraded: " + std::string(input.substr(0, end)));
  greet();
  if (unsent_.empty()) inbox.on_welcome();
  return end + head_end.size();
}

std::size_t Client::take_frames(std::string_view input, Inbox& inbox) {
  std::size_t taken = 0;
  for (;;) {
    const std::string_view rest = input.substr(taken);
    const FrameSize size = measure_frame(rest);
    if (size.head == 0 || rest.size() - size.head < size.payload) return taken;
    take_frame(static_cast<unsigned char>(rest[0]) & 0x0f, rest.substr(size.head, size.payload),
               inbox);
    taken += size.head + size.payload;
  }
}

void Client::take_frame(unsigned opcode, std::string_view payload, Inbox& inbox) {
  enum : unsigned { close = 8, ping = 9, pong = 10 };
  if (opcode < close) return take_payload(payload, inbox);
  if (opcode == ping) unsent_ += make_pong(payload);
  if (opcode == close) phase_ = Phase::gone;
}

void Client::take_payload(std::string_view payload, Inbox& inbox) {
  if (untaken_.empty()) {
    const std::size_t taken = dialect_.take(seat_, payload, inbox);
    untaken_.assign(payload.substr(taken));
    return;
  }
  untaken_ += payload;
  untaken_.erase(0, dialect_.take(seat_, untaken_, inbox));
}

}  // namespace malinka::bench
