// SPDX-License-Identifier: MIT
#include "hub_socket.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <utility>

#include "raw_frame.h"

namespace malinka::test {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr timeval patience = {.tv_sec = 30, .tv_usec = 0};

}  // namespace

HubSocket::HubSocket(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  REQUIRE(socket_.get() >= 0);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
          0);
}

void HubSocket::send(std::string_view bytes, Cut cut) {
  while (!bytes.empty()) {
    const std::size_t size = cut == Cut::whole ? bytes.size() : 1;
    const ssize_t sent = ::send(socket_.get(), bytes.data(), size, MSG_NOSIGNAL);
    if (sent < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string HubSocket::receive_head() {
  while (!received_.contains(head_end)) REQUIRE(receive_some());
  const std::size_t size = received_.find(head_end) + head_end.size();
  std::string head = received_.substr(0, size);
  received_.erase(0, size);
  return head;
}

std::string HubSocket::receive_payload() {
  std::optional<RawFrame> frame = take_frame(received_);
  for (; !frame; frame = take_frame(received_)) REQUIRE(receive_some());
  return std::move(frame->payload);
}

std::string HubSocket::receive_rest() {
  while (receive_some()) continue;
  return std::exchange(received_, {});
}

/// False at the end. A hub that closed over what we still sent resets the connection: that is an
/// end, too.
bool HubSocket::receive_some() {
  std::array<char, 16UL * 1024> buffer;
  const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (size < 0) REQUIRE(errno == ECONNRESET);
  if (size <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

}  // namespace malinka::test
