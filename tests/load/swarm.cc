// SPDX-License-Identifier: MIT
#include "swarm.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <charconv>
#include <utility>

#include "protocol/envelope.h"
#include "protocol/join.h"
#include "wire/frame.h"

namespace malinka::test {
namespace {

constexpr std::size_t read_buffer_bytes = 256UL * 1024;
constexpr std::size_t message_bytes_max = 64UL * 1024 * 1024;
constexpr std::size_t joins_at_once = 200;
constexpr std::chrono::seconds patience(60);

std::unique_ptr<net::Loop> make_loop() {
  auto loop = net::Loop::create();
  REQUIRE(loop);
  return *std::move(loop);
}

std::size_t parse_id(std::string_view token) {
  std::size_t id = 0;
  std::from_chars(token.data(), token.data() + token.size(), id);
  return id;
}

}  // namespace

/// A connection is a descriptor.
void raise_descriptor_limit(std::size_t connections) {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  constexpr std::size_t other_files = 100;
  REQUIRE_MESSAGE(limit.rlim_cur > connections + other_files, "too few open files are allowed");
}

std::string make_message(const std::string& type, std::size_t id, const std::string& recipient,
                         std::size_t filler_bytes) {
  std::string text = R"({"messageType":")" + type + R"(","id":)" + std::to_string(id);
  if (!recipient.empty()) text += R"(,"recipients":[")" + recipient + "\"]";
  return text + R"(,"name":"load","value":")" + std::string(filler_bytes, 'x') + "\"}";
}

// Account.

std::size_t Account::open(std::size_t copies) {
  copies_.push_back(copies);
  open_copies_ += copies;
  return copies_.size() - 1;
}

void Account::deliver(std::size_t id) { delivered_ += close(id) ? 1 : 0; }
void Account::report(std::size_t id) { reported_ += close(id) ? 1 : 0; }

bool Account::close(std::size_t id) {
  if (id >= copies_.size() || copies_[id] == 0) {
    ++surplus_;
    return false;
  }
  --copies_[id];
  --open_copies_;
  return true;
}

// Subscriber.

void Subscriber::connect(link::Engine& engine, const link::HubUrl& url,
                         std::function<void()> on_joined) {
  on_joined_ = std::move(on_joined);
  link::ConnectorSettings settings{.url = url,
                                   .protocols = {},
                                   .tls = nullptr,
                                   .timeout = patience,
                                   .connection = {.role = wire::Role::client,
                                                  .message_bytes_max = message_bytes_max,
                                                  .heartbeat = std::chrono::minutes(5),
                                                  .close_wait = std::chrono::seconds(5)}};
  connector_ = link::Connector::connect(
      engine, std::move(settings), *this, [this](Result<link::Connected> connected) noexcept {
        if (!connected) {
          FAIL_CHECK("cannot connect: " << connected.error().message());
          return;
        }
        connection_ = std::move(connected->connection);
        protocol::Join join;
        join.channel = channel_;
        join.subscriber = name_;
        send(protocol::make_join(join));
      });
}

void Subscriber::send(std::string_view message) {
  outgoing_.emplace_back(
      wire::make_frame(wire::Opcode::text, as_bytes(message), wire::Role::client));
  connection_->wake();
}

void Subscriber::on_message(link::MessageKind, ByteView payload) noexcept {
  account_.hear();
  if (on_joined_) {
    const auto outcome = protocol::parse_join_outcome(as_text(payload));
    CHECK((outcome && outcome->answer));
    return std::exchange(on_joined_, {})();
  }
  const auto envelope = protocol::scan_envelope(as_text(payload));
  if (!envelope) {
    FAIL_CHECK("the hub sent what is no message");
    return;
  }
  if (envelope->originator == R"("@hub")")
    on_hub_message(envelope->response, envelope->request_id);
  else
    account_.deliver(parse_id(envelope->id));
}

/// Presence has no response.
void Subscriber::on_hub_message(std::string_view response, std::string_view request_id) {
  if (response.empty()) return;
  if (response.contains(R"("responseCode":202)"))
    ++accepted_count_;
  else
    account_.report(parse_id(request_id));
}

void Subscriber::on_passed_over(link::MessageKind, wire::PassedOver, std::uint64_t) noexcept {}

std::optional<SharedBytes> Subscriber::next_frame() noexcept {
  if (outgoing_.empty()) return std::nullopt;
  SharedBytes frame = std::move(outgoing_.front());
  outgoing_.pop_front();
  return frame;
}

void Subscriber::on_end(const link::End&) noexcept { is_gone_ = true; }

// Swarm.

Swarm::Swarm(std::uint16_t hub_port, std::size_t subscribers, std::size_t channels)
    : loop_(make_loop()),
      batcher_(*loop_),
      read_buffer_(read_buffer_bytes),
      engine_{*loop_, batcher_, read_buffer_},
      channels_(channels) {
  loop_->set_turn_end([this] { batcher_.flush(); });
  url_ = {.is_secure = false, .host = "127.0.0.1", .port = hub_port, .target = "/bus"};
  for (std::size_t i = 0; i < subscribers; ++i)
    subscribers_.push_back(std::make_unique<Subscriber>(
        account_, "channel-" + std::to_string(i % channels), "s" + std::to_string(i / channels)));
}

void Swarm::join_all() {
  for (std::size_t i = 0; i < joins_at_once; ++i) join_next();
  REQUIRE(run_until([this] { return joined_ == subscribers_.size(); }));
}

void Swarm::join_next() {
  if (begun_ == subscribers_.size()) return;
  subscribers_[begun_++]->connect(engine_, url_, [this] {
    ++joined_;
    join_next();
  });
}

bool Swarm::run_until(const std::function<bool()>& is_done) {
  std::size_t heard = 0;
  Steady end = loop_->clock().now() + patience;
  while (!is_done()) {
    if (std::exchange(heard, account_.heard()) != account_.heard())
      end = loop_->clock().now() + patience;
    if (loop_->clock().now() > end) return false;
    loop_->run_turn(std::chrono::milliseconds(100));
  }
  return true;
}

Subscriber& Swarm::member(std::size_t channel, std::size_t index) {
  return *subscribers_[index * channels_ + channel];
}

}  // namespace malinka::test
