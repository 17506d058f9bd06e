// SPDX-License-Identifier: MIT
#include "bench/load/crowd.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "bench/load/failure.h"

namespace malinka::bench {
namespace {

constexpr std::size_t read_bytes_max = 256UL * 1024;
constexpr std::size_t events_max = 1024;
// Fewer than the shortest queue of a peer's listening socket.
constexpr std::size_t joins_at_once = 50;

// Told once of what is new, since each read takes all there is.
constexpr std::uint32_t watched_events = EPOLLIN | EPOLLOUT | EPOLLET;

void control(int epoll, int operation, Client& client, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &client;
  if (::epoll_ctl(epoll, operation, client.socket(), &event) != 0) give_up_on_errno("epoll_ctl");
}

}  // namespace

std::uint64_t now_ns() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

Crowd::Crowd(const Dialect& dialect, std::uint16_t port, CrowdHandler& handler)
    : dialect_(dialect), port_(port), handler_(handler), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.is_open()) give_up_on_errno("epoll_create1");
}

void Crowd::join(std::span<const Seat> seats, std::chrono::seconds patience) {
  const std::size_t begin = clients_.size();
  const std::size_t end = begin + seats.size();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  clients_.reserve(end);
  while (joined_count_ < end) {
    while (clients_.size() < end && clients_.size() - joined_count_ < joins_at_once)
      add(seats[clients_.size() - begin]);
    turn(std::chrono::milliseconds(100));
    if (std::chrono::steady_clock::now() > deadline)
      give_up("only " + std::to_string(joined_count_) + " clients joined in time");
  }
}

void Crowd::add(const Seat& seat) {
  const auto index = static_cast<std::uint32_t>(clients_.size());
  clients_.push_back(std::make_unique<Client>(dialect_, seat, index, port_));
  control(epoll_.get(), EPOLL_CTL_ADD, *clients_.back(), watched_events);
}

void Crowd::leave() {
  clients_.clear();
  marked_.clear();
  joined_count_ = 0;
}

void Crowd::turn(std::chrono::milliseconds wait) {
  std::array<epoll_event, events_max> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(wait.count()));
  if (count < 0 && errno != EINTR) give_up_on_errno("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    handle(*static_cast<Client*>(event.data.ptr), event.events);
  }
  flush();
}

void Crowd::handle(Client& client, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    if (client.phase() == Client::Phase::connecting) client.begin();
    if (client.has_unsent()) mark(client);
  }
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive(client, read_bytes_max);
}

void Crowd::receive(Client& client, std::size_t bytes_max) {
  current_ = &client;
  now_ = now_ns();
  while (client.receive(read_buffer_, bytes_max, *this) && !client.is_slow()) continue;
  if (client.phase() == Client::Phase::gone)
    give_up("the server ended the connection of " + name_of(client.seat()) + " in " +
            channel_name(client.seat().channel));
  if (client.has_unsent()) mark(client);
}

void Crowd::read_slowly(std::size_t bytes_max) {
  for (const auto& client : clients_)
    if (client->is_slow()) receive(*client, bytes_max);
}

void Crowd::mark(Client& client) { marked_.push_back(&client); }

void Crowd::flush() {
  for (Client* const client : marked_) client->flush();
  marked_.clear();
}

void Crowd::on_welcome() {
  if (current_->phase() == Client::Phase::joined) return;
  current_->set_joined();
  ++joined_count_;
  if (current_->is_slow()) control(epoll_.get(), EPOLL_CTL_MOD, *current_, 0);
}

void Crowd::on_message(Stamp stamp) { handler_.on_message(*current_, stamp, now_); }

void Crowd::on_other(std::string_view text) {
  if (current_->phase() != Client::Phase::joined) give_up("not let in: " + std::string(text));
  handler_.on_other(*current_, text);
}

}  // namespace malinka::bench
