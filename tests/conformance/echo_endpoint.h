// SPDX-License-Identifier: MIT
// A connection of ours, in memory, that sends every message back to its peer, the test.

#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "link/connection.h"
#include "net/stream.h"
#include "net/test_support.h"

namespace malinka::test {

class EchoEndpoint final : link::ConnectionHandler {
 public:
  /// It reads `piece_bytes` at a time, however much has come.
  EchoEndpoint(wire::Role role, std::size_t message_bytes_max, std::size_t piece_bytes);

  /// Sends it `bytes`, and lets it do all that follows from them.
  void feed(std::string_view bytes);
  /// What it has sent since.
  std::string take_sent();
  /// Takes the peer's end of the stream away.
  void leave();

  [[nodiscard]] const std::optional<link::End>& end() const { return end_; }

 private:
  void on_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(link::MessageKind kind, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  std::optional<SharedBytes> next_frame() noexcept override;
  void on_end(const link::End& end) noexcept override;
  bool read_into(std::string& sent);
  void settle(std::size_t bytes);

  const wire::Role role_;
  ManualClock clock_;
  std::unique_ptr<net::Loop> loop_ = net::make_loop(clock_);
  net::SendBatcher batcher_{*loop_};
  Bytes read_buffer_;
  link::Engine engine_{*loop_, batcher_, read_buffer_};
  std::unique_ptr<net::Stream> peer_;
  std::unique_ptr<link::Connection> connection_;
  std::deque<SharedBytes> echoes_;
  std::optional<link::End> end_;
};

}  // namespace malinka::test
