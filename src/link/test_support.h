// SPDX-License-Identifier: MIT
// A connection in memory with its peer in the test's hand. Not part of any program.

#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/connection.h"
#include "net/test_support.h"
#include "wire/frame.h"

namespace malinka::link {

/// Records what it is told, and gives what it has queued.
struct Recorder final : ConnectionHandler {
  std::vector<std::string> messages;
  std::vector<std::uint64_t> passed_over;
  std::deque<std::string> to_send;  ///< Payloads of text frames.
  wire::Role role = wire::Role::server;
  std::optional<End> end;
  int ends = 0;
  std::function<void(std::string_view)> on_each = [](std::string_view) {};
  std::function<void()> before_frame = [] {};
  std::function<void()> at_end = [] {};

  void on_message(MessageKind, ByteView payload) noexcept override {
    CHECK_FALSE(end);
    messages.push_back(to_text(payload));
    on_each(messages.back());
  }
  void on_passed_over(MessageKind, wire::PassedOver, std::uint64_t bytes) noexcept override {
    CHECK_FALSE(end);
    passed_over.push_back(bytes);
  }
  std::optional<SharedBytes> next_frame() noexcept override {
    CHECK_FALSE(end);
    before_frame();
    if (to_send.empty()) return std::nullopt;
    const std::string payload = std::move(to_send.front());
    to_send.pop_front();
    return SharedBytes(wire::make_frame(wire::Opcode::text, as_bytes(payload), role));
  }
  void on_end(const End& told) noexcept override {
    ++ends;
    end = told;
    at_end();
  }
};

/// Passes on to another stream; counts, and fails or blocks when told to.
class FaultyStream final : public net::Stream {
 public:
  struct Plan {
    int reads = 0;
    int writes = 0;
    int failing_read = -1;  ///< The number of the call that fails, from 0.
    int failing_write = -1;
  };

  FaultyStream(std::unique_ptr<net::Stream> inner, Plan& plan)
      : inner_(std::move(inner)), plan_(plan) {}

  Result<net::IoResult> read(std::span<std::byte> into) noexcept override {
    if (plan_.reads++ == plan_.failing_read) return fail_errno(ECONNRESET);
    return inner_->read(into);
  }
  Result<net::IoResult> write(std::span<const ByteView> pieces) noexcept override {
    if (plan_.writes++ == plan_.failing_write) return fail_errno(EPIPE);
    return inner_->write(pieces);
  }
  void finish_writing() noexcept override { inner_->finish_writing(); }
  Result<void> watch(net::Loop& loop, net::ReadinessHandler& handler) override {
    return inner_->watch(loop, handler);
  }
  void forget() noexcept override { inner_->forget(); }
  int plain_socket() const noexcept override { return -1; }
  std::string peer_address() const override { return inner_->peer_address(); }

 private:
  std::unique_ptr<net::Stream> inner_;
  Plan& plan_;
};

/// A loop, a batcher and a read buffer, turned by hand.
struct TestEngine {
  ManualClock clock;
  std::unique_ptr<net::Loop> loop = net::make_loop(clock);
  net::SendBatcher batcher{*loop};
  Bytes read_buffer = Bytes(16 * 1024);
  Engine engine{*loop, batcher, read_buffer};

  TestEngine() {
    loop->set_turn_end([this] { batcher.flush(); });
  }
  void settle() { net::run_turns(*loop); }
  void pass(std::chrono::milliseconds time) {
    clock.advance(time);
    settle();
  }
};

}  // namespace malinka::link
