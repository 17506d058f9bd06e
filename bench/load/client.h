// SPDX-License-Identifier: MIT
// One connection of the load generator: gets in, says what it is given, and finds messages in what
// comes.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "bench/load/dialect.h"

namespace malinka::bench {

/// **Loop-bound.** Its dialect outlives it.
class Client {
 public:
  enum class Phase { connecting, upgrading, greeting, joined, gone };

  /// Begins to connect to 127.0.0.1.
  Client(const Dialect& dialect, const Seat& seat, std::uint32_t index, std::uint16_t port);

  /// The socket is connected, or failed to.
  void begin();
  /// One read of what has come, `bytes_max` at most; `buffer` is only borrowed. True where there
  /// may be more.
  bool receive(std::string& buffer, std::size_t bytes_max, Inbox& inbox);
  /// Queues bytes; the owner has it flush().
  void say(const Mold& mold, Stamp stamp) { mold.append_to(unsent_, stamp); }
  /// Sends what there is room for.
  void flush();

  [[nodiscard]] const Seat& seat() const { return seat_; }
  /// Counts all clients of a crowd.
  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
  void set_joined() { phase_ = Phase::joined; }

  [[nodiscard]] bool is_slow() const { return seat_.is_slow; }

 private:
  std::size_t take(std::string_view input, Inbox& inbox);
  std::size_t take_upgrade(std::string_view input, Inbox& inbox);
  std::size_t take_frames(std::string_view input, Inbox& inbox);
  void take_frame(unsigned opcode, std::string_view payload, Inbox& inbox);
  void take_payload(std::string_view payload, Inbox& inbox);
  void greet();

  const Dialect& dialect_;
  const Seat seat_;
  const std::uint32_t index_;
  UniqueFd socket_;
  Phase phase_ = Phase::connecting;
  std::string unread_;   // Of the socket: less than one frame.
  std::string untaken_;  // Of the frames' payloads: less than one unit of the dialect.
  std::string unsent_;
};

}  // namespace malinka::bench
