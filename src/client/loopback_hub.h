// SPDX-License-Identifier: MIT
// A hub for one client, on loopback and a thread of its own: for tests of malinka::Client, which
// has a thread too. Not part of any program.

#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/json.h"
#include "client/test_support.h"
#include "net/listener.h"
#include "wire/handshake.h"

namespace malinka::client {

/// Answers joins with test_join_answer(), and Commands to kitchen with their own value; `hall`
/// never answers.
class LoopbackHub {
 public:
  LoopbackHub() : thread_([this] { loop_->run(); }) {}
  ~LoopbackHub() {
    loop_->stop();
    thread_.join();
  }
  LoopbackHub(const LoopbackHub&) = delete;
  LoopbackHub& operator=(const LoopbackHub&) = delete;

  [[nodiscard]] std::string url() const { return "ws://" + listener_->endpoint().text(); }
  /// From any thread: sends `text` to the client that is joined.
  void tell(std::string text) {
    loop_->post([this, text = std::move(text)] {
      if (peer_ && peer_->connection) peer_->send(text);
    });
  }
  /// From any thread: called on the hub's thread with each message of the joined client first.
  /// Where it says that it has dealt with it, the hub does nothing.
  void on_message(std::function<bool(link::MessageKind, ByteView)> handler) {
    loop_->post(
        [this, handler = std::move(handler)]() mutable { message_handler_ = std::move(handler); });
  }
  /// On the hub's thread.
  void send(const Message& message) {
    const auto encoded = *protocol::encode_message(message);
    const auto opcode = encoded.is_binary ? wire::Opcode::binary : wire::Opcode::text;
    if (peer_ && peer_->connection) peer_->send(opcode, encoded.payload);
  }
  [[nodiscard]] net::Loop& loop() { return *loop_; }
  /// From any thread: called on the hub's thread with each Response of the client.
  void on_response(std::function<void(const Json&)> handler) {
    loop_->post([this, handler = std::move(handler)] { response_handler_ = handler; });
  }

 private:
  struct Peer final : net::ReadinessHandler, link::ConnectionHandler {
    Peer(LoopbackHub& owner, std::unique_ptr<net::Stream> accepted)
        : hub(owner), stream(std::move(accepted)) {
      (void)stream->watch(*hub.loop_, *this);
    }
    void on_ready(net::Readiness) noexcept override;
    void on_message(link::MessageKind kind, ByteView payload) noexcept override;
    void on_passed_over(link::MessageKind, wire::PassedOver, std::uint64_t) noexcept override {}
    std::optional<SharedBytes> next_frame() noexcept override {
      if (frames.empty()) return std::nullopt;
      SharedBytes frame = std::move(frames.front());
      frames.pop_front();
      return frame;
    }
    void on_end(const link::End&) noexcept override { hub.loop_->dispose(std::move(connection)); }
    void send(std::string_view text) { send(wire::Opcode::text, as_bytes(text)); }
    void send(wire::Opcode opcode, ByteView payload) {
      frames.emplace_back(wire::make_frame(opcode, payload, wire::Role::server));
      connection->wake();
    }

    LoopbackHub& hub;
    std::unique_ptr<net::Stream> stream;  // Until it is upgraded.
    std::string head;
    std::deque<SharedBytes> frames;
    std::unique_ptr<link::Connection> connection;
  };

  std::unique_ptr<net::Listener> listen() {
    auto listener = net::Listener::open(*loop_, {"127.0.0.1", 0},
                                        [this](std::unique_ptr<net::Stream> stream) noexcept {
                                          peer_ = std::make_unique<Peer>(*this, std::move(stream));
                                        });
    REQUIRE(listener);
    loop_->set_turn_end([this] { batcher_.flush(); });
    return std::move(*listener);
  }

  std::unique_ptr<net::Loop> loop_ = net::make_loop();
  net::SendBatcher batcher_{*loop_};
  Bytes read_buffer_ = Bytes(64U << 10);
  link::Engine engine_{*loop_, batcher_, read_buffer_};
  std::unique_ptr<Peer> peer_;
  std::unique_ptr<net::Listener> listener_ = listen();
  std::function<void(const Json&)> response_handler_ = [](const Json&) {};
  std::function<bool(link::MessageKind, ByteView)> message_handler_ =
      [](link::MessageKind, ByteView) { return false; };
  std::thread thread_;
};

inline void LoopbackHub::Peer::on_ready(net::Readiness) noexcept {
  while (stream) {
    std::array<std::byte, 4096> bytes{};
    const auto read = stream->read(bytes);
    if (!read || read->status != net::IoStatus::done) return;
    head += as_text(std::span(bytes).first(read->bytes));
    const auto request = wire::parse_request_head(as_bytes(head), limits::http_head_bytes_max);
    if (!request || !*request) continue;
    const auto upgrade = wire::check_upgrade_request(**request);
    if (!upgrade) return;
    const std::string response = wire::make_upgrade_response(*upgrade, limits::protocol_version);
    const ByteView piece = as_bytes(response);
    (void)stream->write(std::span(&piece, 1));
    stream->forget();
    connection = link::Connection::start(hub.engine_, std::move(stream),
                                         {wire::Role::server, limits::text_bytes_max,
                                          std::chrono::seconds(0), std::chrono::seconds(5)},
                                         {}, *this);
  }
}

inline void LoopbackHub::Peer::on_message(link::MessageKind kind, ByteView payload) noexcept {
  if (hub.message_handler_(kind, payload)) return;
  const auto message = parse_json(as_text(payload));
  if (!message) return;
  const std::string type = message->value("messageType", "");
  if (type == "Join") return send(protocol::make_join_answer(test_join_answer()));
  if (type == "Response") return hub.response_handler_(*message);
  if (type != "Command" || message->at("recipients") != Json({"kitchen"})) return;
  const Json answer = {
      {"messageType", "Response"},
      {"originator", "kitchen"},
      {"recipients", {"phone"}},
      {"value", message->at("value")},
      {"response", {{"requestId", message->at("id")}, {"success", true}, {"responseCode", 200}}}};
  send(dump_json(answer));
}

}  // namespace malinka::client
