// SPDX-License-Identifier: MIT
// A hub in the test's hand, at the other end of streams in memory, and a subscriber that is joined
// to it. Not part of any program.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "client/subscriber_core.h"
#include "link/test_support.h"
#include "protocol/hub_message.h"
#include "protocol/message_codec.h"

namespace malinka::client {

/// Does nothing by itself but accept connections.
class FakeHub final : public link::ConnectionHandler {
 public:
  explicit FakeHub(link::Engine& engine) : engine_(engine) {}

  /// How a HubLink reaches this hub.
  ConnectFunction connector() {
    return [this](link::ConnectionHandler& handler, link::ConnectHandler on_connected) {
      ++attempts;
      engine_.loop.next_turn([this, &handler, on_connected = std::move(on_connected)]() mutable {
        on_connected(accept(handler));
      });
      return std::make_unique<link::Connector>();
    };
  }

  void send(std::string_view text) { send(wire::Opcode::text, as_bytes(text)); }
  void send(wire::Opcode opcode, ByteView payload) {
    frames_.emplace_back(wire::make_frame(opcode, payload, wire::Role::server));
    connection->wake();
  }
  void close(std::uint16_t code) { connection->close(code, "because"); }
  /// As a machine that lost its power.
  void drop() { connection.reset(); }

  int attempts = 0;
  bool is_reachable = true;
  bool has_subprotocol = true;
  std::unique_ptr<link::Connection> connection;  ///< The latest, while it lasts.
  std::vector<Json> texts;                       ///< What came on it.
  std::vector<Bytes> binaries;
  /// Told of each message, text or not, in order.
  std::function<void(link::MessageKind, ByteView)> at_message = [](link::MessageKind, ByteView) {};
  std::optional<link::End> end;  ///< Of the latest connection.

 private:
  Result<link::Connected> accept(link::ConnectionHandler& handler) {
    if (!is_reachable) return fail(std::errc::connection_refused);
    constexpr std::size_t stream_bytes = 64U << 10;
    constexpr std::size_t message_bytes = 16U << 20;
    auto [ours, theirs] = net::make_memory_streams(stream_bytes);
    texts.clear();
    binaries.clear();
    frames_.clear();
    end.reset();
    connection = link::Connection::start(
        engine_, std::move(ours),
        {wire::Role::server, message_bytes, std::chrono::seconds(0), std::chrono::seconds(5)}, {},
        *this);
    auto client_end = link::Connection::start(
        engine_, std::move(theirs),
        {wire::Role::client, message_bytes, std::chrono::seconds(0), std::chrono::seconds(5)}, {},
        handler);
    return link::Connected{std::move(client_end),
                           has_subprotocol ? std::string(limits::protocol_version) : ""};
  }

  void on_message(link::MessageKind kind, ByteView payload) noexcept override {
    at_message(kind, payload);
    if (kind == link::MessageKind::binary)
      return binaries.emplace_back(payload.begin(), payload.end()), void();
    auto json = parse_json(as_text(payload));
    texts.push_back(json ? std::move(*json) : Json());
  }
  void on_passed_over(link::MessageKind, wire::PassedOver, std::uint64_t) noexcept override {}
  std::optional<SharedBytes> next_frame() noexcept override {
    if (frames_.empty()) return std::nullopt;
    SharedBytes frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  void on_end(const link::End& told) noexcept override {
    end = told;
    engine_.loop.dispose(std::move(connection));
  }

  link::Engine& engine_;
  std::deque<SharedBytes> frames_;
};

/// Keeps what a subscriber tells its owner.
struct Listener final : SubscriberHandler {
  std::vector<ClientStatus> statuses;
  std::vector<Message> commands;
  std::vector<Access> accesses;  ///< Of the commands, in order.
  std::vector<Message> events;

  void on_status(const ClientStatus& status) noexcept override { statuses.push_back(status); }
  void on_command(Message command, Access access) noexcept override {
    commands.push_back(std::move(command));
    accesses.push_back(access);
  }
  void on_event(const Message& event) noexcept override { events.push_back(event); }
};

/// The answers to one request.
struct Heard {
  std::vector<Answer> answers;
  int done_count = 0;
};

/// The most that full jitter may give: waits become exact.
inline std::uint64_t highest_below(std::uint64_t bound) { return bound - 1; }

inline SubscriberSettings test_settings() {
  SubscriberSettings settings;
  settings.hub = {.is_secure = false, .host = "hub.test", .port = 31415, .target = "/bus"};
  settings.channel = "home";
  settings.name = "phone";
  settings.key = "secret";
  return settings;
}

inline protocol::JoinAnswer test_join_answer() {
  protocol::JoinAnswer answer;
  answer.channel = "home";
  answer.subscriber = "phone";
  answer.is_guarded = true;
  answer.subscribers = {"kitchen", "hall"};
  answer.devices = {"kitchen"};
  answer.subscriber_count = 3;
  answer.text_bytes_max = 1U << 20;
  answer.queue_bytes = limits::queue_bytes;
  answer.heartbeat_seconds = 30;
  answer.time = Wall{std::chrono::sys_days{std::chrono::year{2030} / 6 / 1}};
  return answer;
}

/// A subscriber and its hub on one loop, whose clock stands still.
struct World : link::TestEngine {
  explicit World(const SubscriberSettings& settings = test_settings())
      : subscriber(*loop, settings, hub.connector(), highest_below, listener) {}

  World& join(const protocol::JoinAnswer& answer = test_join_answer()) {
    settle();
    REQUIRE(hub.connection);
    hub.send(protocol::make_join_answer(answer));
    settle();
    REQUIRE(subscriber.status().state == ClientState::joined);
    hub.texts.clear();
    return *this;
  }
  void refuse(ResponseCode code, std::optional<unsigned> retry_after_seconds = {}) {
    settle();
    REQUIRE(hub.connection);
    hub.send(protocol::make_join_refusal({code, "the hub says no", retry_after_seconds}));
    hub.close(protocol::close_code_of(code));
    settle();
  }
  void tell(std::string_view text) {
    hub.send(text);
    settle();
  }

  /// Asks, and keeps what is heard in `heard`. Gives the id that travels.
  std::string ask(std::vector<std::string> recipients, Heard& heard,
                  std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    subscriber.request(
        {.recipients = std::move(recipients),
         .name = "agent.ping",
         .value = "{}",
         .blob = {},
         .timeout = timeout},
        [&heard](const Answer& answer) { heard.answers.push_back(answer); },
        [&heard] { ++heard.done_count; });
    settle();
    return hub.texts.empty() ? "" : dump_json(hub.texts.back()["id"]);
  }
  /// A Response of `from` to the command `id`.
  void respond(const std::string& from, const std::string& id, const std::string& value = "{}") {
    tell(R"({"messageType":"Response","originator":")" + from +
         R"(","recipients":["phone"],"value":)" + value + R"(,"response":{"requestId":)" + id +
         R"(,"success":true,"responseCode":200}})");
  }

  FakeHub hub{engine};
  Listener listener;
  SubscriberCore subscriber;
};

}  // namespace malinka::client
