// SPDX-License-Identifier: MIT
// All clients of one run on one epoll loop.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "bench/load/client.h"

namespace malinka::bench {

/// Nanoseconds of the monotonic clock.
[[nodiscard]] std::uint64_t now_ns();

/// What a crowd's messages mean. Outlives it.
class CrowdHandler {
 public:
  /// A message came at `now`, a reading shared by all that came in one read.
  virtual void on_message(Client& client, Stamp stamp, std::uint64_t now) = 0;
  /// Something came that is no message of ours, while everyone had joined.
  virtual void on_other(Client& client, std::string_view text) = 0;

 protected:
  ~CrowdHandler() = default;
};

/// **Loop-bound.** The dialect and the handler outlive it.
class Crowd final : private Inbox {
 public:
  Crowd(const Dialect& dialect, std::uint16_t port, CrowdHandler& handler);

  /// Connects one client for each seat, some at a time, and returns once all have joined. Gives up
  /// where one is refused or it takes more than `patience`.
  void join(std::span<const Seat> seats, std::chrono::seconds patience);
  /// Ends all connections.
  void leave();

  /// Waits for something to happen, at most so long, and does all that is due.
  void turn(std::chrono::milliseconds wait);
  /// Lets each slow client read a little.
  void read_slowly(std::size_t bytes_max);
  /// Has `client` send, at the turn's end, what it was given to say.
  void mark(Client& client);
  /// Sends for everyone marked. The end of a turn does so too.
  void flush();

  /// Readable when there is something for a turn to do.
  [[nodiscard]] int descriptor() const { return epoll_.get(); }
  [[nodiscard]] std::span<const std::unique_ptr<Client>> clients() const { return clients_; }

 private:
  void on_welcome() override;
  void on_message(Stamp stamp) override;
  void on_other(std::string_view text) override;

  void add(const Seat& seat);
  void handle(Client& client, std::uint32_t events);
  void receive(Client& client, std::size_t bytes_max);

  const Dialect& dialect_;
  const std::uint16_t port_;
  CrowdHandler& handler_;
  UniqueFd epoll_;
  std::string read_buffer_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client*> marked_;
  std::size_t joined_count_ = 0;
  Client* current_ = nullptr;  // Whose bytes are being taken,
  std::uint64_t now_ = 0;      // and since when they are there.
};

}  // namespace malinka::bench
