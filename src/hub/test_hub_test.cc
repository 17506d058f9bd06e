// SPDX-License-Identifier: MIT
// The hub and the clients that the other tests of this folder use.
#include "hub/test_hub.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "protocol/binary_message.h"

namespace malinka::hub {
namespace {

constexpr std::size_t stream_bytes = 64UL * 1024;
constexpr std::size_t message_bytes_max = 64UL * 1024 * 1024;

/// A stream that seems to come from elsewhere.
class StreamFrom final : public net::Stream {
 public:
  StreamFrom(std::unique_ptr<net::Stream> inner, std::string address)
      : inner_(std::move(inner)), address_(std::move(address)) {}

  Result<net::IoResult> read(std::span<std::byte> into) noexcept override {
    return inner_->read(into);
  }
  Result<net::IoResult> write(std::span<const ByteView> pieces) noexcept override {
    return inner_->write(pieces);
  }
  void finish_writing() noexcept override { inner_->finish_writing(); }
  Result<void> watch(net::Loop& loop, net::ReadinessHandler& handler) override {
    return inner_->watch(loop, handler);
  }
  void forget() noexcept override { inner_->forget(); }
  int plain_socket() const noexcept override { return -1; }
  std::string peer_address() const override { return address_; }

 private:
  std::unique_ptr<net::Stream> inner_;
  std::string address_;
};

}  // namespace

// The client.

TestClient::TestClient(TestHub& hub, const std::string& address)
    : hub_(hub), decoder_(wire::Role::server, message_bytes_max) {
  auto [near_end, far_end] = net::make_memory_streams(stream_bytes);
  stream_ = std::move(near_end);
  hub.clients_.push_back(this);
  hub.shards_->shard(0).accept(std::make_unique<StreamFrom>(std::move(far_end), address));
}

TestClient::~TestClient() { std::erase(hub_.clients_, this); }

void TestClient::upgrade(std::string_view protocol) {
  std::string request =
      "GET /bus HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!protocol.empty()) request += "Sec-WebSocket-Protocol: " + std::string(protocol) + "\r\n";
  send_bytes(request + "\r\n");
  REQUIRE(receive_bytes().starts_with("HTTP/1.1 101"));
  is_upgraded_ = true;
}

void TestClient::send(std::string_view text) { send_frame(wire::Opcode::text, as_bytes(text)); }

void TestClient::send_binary(std::string_view envelope, std::string_view blob) {
  Bytes payload = protocol::binary_message_prefix(envelope.size());
  append(payload, envelope);
  append(payload, blob);
  send_frame(wire::Opcode::binary, payload);
}

void TestClient::send_frame(wire::Opcode opcode, ByteView payload) {
  send_bytes(as_text(wire::make_frame(opcode, payload, wire::Role::client)));
}

void TestClient::hold(std::string_view text) {
  unsent_ += as_text(wire::make_frame(wire::Opcode::text, as_bytes(text), wire::Role::client));
}

void TestClient::send_bytes(std::string_view bytes) {
  unsent_ += bytes;
  hub_.settle();
}

void TestClient::pump() {
  if (!stream_) return;
  if (!unsent_.empty()) {
    const ByteView piece = as_bytes(unsent_);
    if (const auto written = stream_->write(std::span(&piece, 1))) unsent_.erase(0, written->bytes);
  }
  read_buffer_.resize(stream_bytes);
  while (is_reading_ && !is_ended_) {
    const auto got = stream_->read(read_buffer_);
    if (!got || got->status == net::IoStatus::ended) is_ended_ = true;
    if (is_ended_ || got->status == net::IoStatus::would_block) return;
    decode(std::span(read_buffer_).first(got->bytes));
  }
}

void TestClient::decode(std::span<std::byte> bytes) {
  if (!is_upgraded_) {
    bytes_ += as_text(bytes);
    return;
  }
  while (true) {
    const auto message = decoder_.next(bytes);
    REQUIRE(message);
    if (!*message) return;
    if ((*message)->opcode != wire::Opcode::ping)
      received_.push_back({(*message)->opcode, to_text((*message)->payload)});
    else if (answers_pings_)
      unsent_ += as_text(wire::make_frame(wire::Opcode::pong, ByteView(), wire::Role::client));
  }
}

std::optional<Received> TestClient::next() {
  hub_.settle();
  if (received_.empty()) return std::nullopt;
  Received message = std::move(received_.front());
  received_.pop_front();
  return message;
}

Json TestClient::receive() {
  const auto message = next();
  REQUIRE(message);
  REQUIRE(message->opcode == wire::Opcode::text);
  const auto json = parse_json(message->payload);
  REQUIRE(json);
  return *json;
}

int TestClient::receive_close_code() {
  const auto message = next();
  REQUIRE(message);
  REQUIRE(message->opcode == wire::Opcode::close);
  REQUIRE(message->payload.size() >= 2);
  return static_cast<unsigned char>(message->payload[0]) * 256 +
         static_cast<unsigned char>(message->payload[1]);
}

std::string TestClient::rest() {
  std::string all;
  while (const auto message = next()) all += message->payload + "\n";
  return all;
}

std::string TestClient::receive_bytes() {
  hub_.settle();
  return std::exchange(bytes_, {});
}

// The hub.

TestHub::TestHub(Config config) {
  const char* const shards_wanted = std::getenv("MALINKA_TEST_SHARDS");
  if (shards_wanted != nullptr && config.shards == 1) config.shards = std::stoul(shards_wanted);
  const char* const wide_from = std::getenv("MALINKA_TEST_WIDE");
  if (wide_from != nullptr && config.wide_channel_members == limits::wide_channel_members)
    config.wide_channel_members = std::stoul(wide_from);
  auto made = ShardGroup::create(config, WebSite(), net::SendMethod::plain(), clock_);
  REQUIRE(made);
  shards_ = *std::move(made);
}

TestHub::~TestHub() = default;

std::unique_ptr<TestClient> TestHub::connect(const std::string& address) {
  return std::make_unique<TestClient>(*this, address);
}

std::pair<std::unique_ptr<TestClient>, Json> TestHub::try_join(const TestJoin& join) {
  auto client = connect(join.address);
  client->upgrade(join.protocol);
  client->send(make_join_text(join));
  const auto answer = client->next();
  return {std::move(client), answer ? *parse_json(answer->payload) : Json()};
}

std::unique_ptr<TestClient> TestHub::join(const TestJoin& join) {
  auto [client, answer] = try_join(join);
  REQUIRE(at(answer, "/response/responseCode") == 200);
  return std::move(client);
}

int TestHub::join_code(const TestJoin& join) {
  const auto [client, answer] = try_join(join);
  return at(answer, "/response/responseCode").get<int>();
}

void TestHub::settle() {
  for (int i = 0; i < 12; ++i) {
    for (TestClient* const client : clients_) client->pump();
    for (std::size_t shard = 0; shard < shards_->size(); ++shard)
      shards_->loop(shard).run_turn(std::chrono::milliseconds(0));
  }
}

void TestHub::step() {
  for (TestClient* const client : clients_) client->pump();
  shards_->loop(steps_++ % shards_->size()).run_turn(std::chrono::milliseconds(0));
}

void TestHub::stop(const std::function<void()>& on_stopped) {
  shards_->stop(on_stopped);
  settle();
}

void TestHub::advance(std::chrono::milliseconds time) {
  for (constexpr std::chrono::milliseconds step(500); time.count() > 0; time -= step) {
    clock_.advance(std::min(step, time));
    settle();
  }
}

std::string make_join_text(const TestJoin& join) {
  std::string text = R"({"messageType":"Join","channel":")" + join.channel + R"(","subscriber":")" +
                     join.subscriber + "\"";
  if (!join.key.empty()) text += R"(,"key":")" + join.key + "\"";
  if (!join.instance.empty()) text += R"(,"instance":")" + join.instance + "\"";
  return text + join.more + "}";
}

Json at(const Json& message, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return message.contains(place) ? message.at(place) : Json();
}

}  // namespace malinka::hub
