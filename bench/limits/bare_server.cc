// SPDX-License-Identifier: MIT
#include "bench/limits/bare_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "bench/load/failure.h"
#include "bench/record.h"

namespace malinka::bench {
namespace {

constexpr std::size_t read_bytes_max = 256UL * 1024;
constexpr std::size_t events_max = 1024;
constexpr int waiting_connections_max = 4096;

void watch(int epoll, int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) give_up_on_errno("epoll_ctl");
}

UniqueFd listen_on_free_port() {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), waiting_connections_max) != 0)
    give_up_on_errno("listen");
  return listener;
}

}  // namespace

std::optional<Way> parse_way(std::string_view name) {
  if (name == "send") return Way::send;
  if (name == "coalesce") return Way::coalesce;
  if (name == "io_uring") return Way::io_uring;
  if (name == "relay") return Way::relay;
  return std::nullopt;
}

std::unique_ptr<BareServer> BareServer::listen(Way way, std::size_t message_bytes) {
  auto sends = way == Way::io_uring ? make_ring_sends() : make_plain_sends();
  if (sends == nullptr) return nullptr;
  return std::unique_ptr<BareServer>(new BareServer(way, message_bytes, std::move(sends)));
}

BareServer::BareServer(Way way, std::size_t message_bytes, std::unique_ptr<Sends> sends)
    : way_(way),
      bytes_in_(record_bytes_in(message_bytes)),
      bytes_out_(record_bytes_out(message_bytes)),
      sends_(std::move(sends)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      listener_(listen_on_free_port()),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      read_buffer_(read_bytes_max + bytes_in_, '\0') {
  watch(epoll_.get(), listener_.get(), EPOLLIN);
  watch(epoll_.get(), stop_.get(), EPOLLIN);
}

std::uint16_t BareServer::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    give_up_on_errno("getsockname");
  return ntohs(address.sin_port);
}

void BareServer::stop() { ::eventfd_write(stop_.get(), 1); }

void BareServer::run() {
  std::array<epoll_event, events_max> events;
  for (;;) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      if (descriptor == stop_.get()) return;
      if (descriptor == listener_.get()) {
        accept();
        continue;
      }
      Member& member = *members_[static_cast<std::size_t>(descriptor)];
      const bool is_hung_up = (events[static_cast<std::size_t>(i)].events & ~EPOLLIN) != 0;
      if (!receive(member, is_hung_up)) leave(member);
    }
    pass_on_turn();
  }
}

void BareServer::accept() {
  for (;;) {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.is_open()) return;
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(epoll_.get(), socket.get(), EPOLLIN | EPOLLRDHUP | EPOLLET);
    const auto descriptor = static_cast<std::size_t>(socket.get());
    if (members_.size() <= descriptor) members_.resize(descriptor + 1);
    members_[descriptor] = std::make_unique<Member>();
    members_[descriptor]->socket = std::move(socket);
  }
}

/// Told of news only, it reads all there is: a read that came short was the last but for the end.
bool BareServer::receive(Member& member, bool is_hung_up) {
  for (;;) {
    const std::size_t kept = member.unread.size();
    member.unread.copy(read_buffer_.data(), kept);
    const ssize_t count =
        ::recv(member.socket.get(), read_buffer_.data() + kept, read_bytes_max, 0);
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    const auto received = static_cast<std::size_t>(count);
    take(member, {read_buffer_.data(), kept + received});
    if (received < read_bytes_max && !is_hung_up) return true;
  }
}

void BareServer::take(Member& member, std::string_view input) {
  if (!member.has_said_hello && input.size() >= record_hello_bytes) {
    say_hello(member, input.substr(0, record_hello_bytes));
    input.remove_prefix(record_hello_bytes);
  }
  if (member.has_said_hello) input.remove_prefix(take_records(member, input));
  member.unread.assign(input);
}

void BareServer::say_hello(Member& member, std::string_view bytes) {
  const RecordHello hello = read_record_hello(bytes);
  member.has_said_hello = true;
  member.is_listening = hello.is_listening;
  member.channel = hello.channel;
  if (channels_.size() <= hello.channel) channels_.resize(hello.channel + 1UL);
  if (hello.is_listening) channels_[hello.channel].listeners.push_back(member.socket.get());
  send_all(member.socket.get(), std::string(bytes_out_, '\0'));
}

void BareServer::leave(Member& member) {
  if (member.is_listening) std::erase(channels_[member.channel].listeners, member.socket.get());
  members_[static_cast<std::size_t>(member.socket.get())].reset();
}

std::size_t BareServer::take_records(const Member& member, std::string_view input) {
  Channel& channel = channels_[member.channel];
  std::size_t taken = 0;
  for (; input.size() - taken >= bytes_in_; taken += bytes_in_) {
    const std::string_view record = input.substr(taken + bytes_in_ - bytes_out_, bytes_out_);
    if (way_ == Way::coalesce || way_ == Way::io_uring) {
      if (channel.turn.empty()) busy_.push_back(&channel);
      channel.turn += record;
      continue;
    }
    for (const int listener : channel.listeners)
      if (listener != member.socket.get()) sends_->add(listener, record);
  }
  return taken;
}

void BareServer::pass_on_turn() {
  for (Channel* const channel : busy_)
    for (const int listener : channel->listeners) sends_->add(listener, channel->turn);
  sends_->submit();
  for (Channel* const channel : busy_) channel->turn.clear();
  busy_.clear();
}

}  // namespace malinka::bench
