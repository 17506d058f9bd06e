// SPDX-License-Identifier: MIT
// What the kernel alone allows: records come from whoever speaks in a channel and go to whoever
// listens there. No protocol, no queues, no limits: not a server for anything but comparing.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "bench/limits/sends.h"

namespace malinka::bench {

enum class Way {
  send,      ///< Each record at once, one send() for each listener.
  coalesce,  ///< What came in a turn, one send() for each listener.
  io_uring,  ///< The same, all of a turn's sends in one submission.
  relay,     ///< As send; named for its use: each of a pair speaks and listens.
};

/// `send`, `coalesce`, `io_uring` or `relay`.
[[nodiscard]] std::optional<Way> parse_way(std::string_view name);

/// **Loop-bound**, but for stop().
class BareServer {
 public:
  /// Listens on a free port of 127.0.0.1. Null where this way is not to be had here.
  [[nodiscard]] static std::unique_ptr<BareServer> listen(Way way, std::size_t message_bytes);

  [[nodiscard]] std::uint16_t port() const;
  /// Serves until stop().
  void run();
  /// Thread-safe.
  void stop();

 private:
  struct Member {
    UniqueFd socket;
    bool has_said_hello = false;
    bool is_listening = false;
    std::uint32_t channel = 0;
    std::string unread{};  ///< Less than a record.
  };
  struct Channel {
    std::vector<int> listeners{};
    std::string turn{};  ///< What came in this turn, for all of them.
  };

  BareServer(Way way, std::size_t message_bytes, std::unique_ptr<Sends> sends);

  void accept();
  /// False when its peer has gone.
  bool receive(Member& member, bool is_hung_up);
  void take(Member& member, std::string_view input);
  void say_hello(Member& member, std::string_view hello);
  void leave(Member& member);
  [[nodiscard]] std::size_t take_records(const Member& member, std::string_view input);
  void pass_on_turn();

  const Way way_;
  const std::size_t bytes_in_;
  const std::size_t bytes_out_;
  std::unique_ptr<Sends> sends_;
  UniqueFd epoll_;
  UniqueFd listener_;
  UniqueFd stop_;
  std::string read_buffer_;
  std::vector<std::unique_ptr<Member>> members_;  // By descriptor.
  std::vector<Channel> channels_;
  std::vector<Channel*> busy_;  // Something came in this turn.
};

}  // namespace malinka::bench
