// SPDX-License-Identifier: MIT
// Every handshake of spec/vectors/handshakes/ that a server answers, with the client of the library
// over a real socket, whole and byte by byte.
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/connector.h"
#include "net/listener.h"
#include "net/test_support.h"
#include "vectors.h"
#include "wire/frame.h"
#include "wire/handshake.h"

namespace malinka::test {
namespace {

constexpr std::size_t head_bytes_max = 16UL * 1024;

/// What answers the key of RFC 6455, and so stands in the vectors for what answers the client's.
constexpr std::string_view vector_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The Sec-WebSocket-Accept that a request wants.
std::string accept_for(std::string_view request) {
  const auto head = wire::parse_request_head(as_bytes(request), head_bytes_max);
  REQUIRE(head);
  REQUIRE(*head);
  const auto upgrade = wire::check_upgrade_request(**head);
  REQUIRE(upgrade);
  const std::string response = wire::make_upgrade_response(*upgrade, "");
  const auto answer = wire::parse_response_head(as_bytes(response), head_bytes_max);
  return *(*answer)->fields.find("Sec-WebSocket-Accept");
}

std::string with_accept(std::string answer, const std::string& accept) {
  const std::size_t at = answer.find(vector_accept);
  if (at != std::string::npos) answer.replace(at, vector_accept.size(), accept);
  return answer;
}

/// A loop with a server that answers one request, and the client that asks.
class Handshake final : net::ReadinessHandler, link::ConnectionHandler {
 public:
  Handshake() {
    loop_->set_turn_end([this] { batcher_.flush(); });
    auto listener = net::Listener::open(*loop_, {"127.0.0.1", 0},
                                        [this](std::unique_ptr<net::Stream> accepted) noexcept {
                                          server_ = std::move(accepted);
                                          (void)server_->watch(*loop_, *this);
                                        });
    REQUIRE(listener);
    listener_ = std::move(*listener);
  }

  /// Answers with `answer`, `piece_bytes` in a turn, and a message right behind it.
  void run(const std::vector<std::string>& offered, const std::string& answer,
           std::size_t piece_bytes) {
    connect(offered);
    REQUIRE(net::run_until(*loop_, [this] { return request_.ends_with("\r\n\r\n"); }));
    std::string left = with_accept(answer, accept_for(request_)) + greeting();
    while (!left.empty() && !error_) {
      left.erase(0, net::write_text(*server_, left.substr(0, piece_bytes)));
      net::run_turns(*loop_, 2);
    }
    REQUIRE(net::run_until(*loop_, [this] { return error_ || is_greeted_; }));
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] const std::string& protocol() const { return connected_.protocol; }

 private:
  static std::string greeting() {
    return to_text(wire::make_frame(wire::Opcode::text, as_bytes("hello"), wire::Role::server));
  }

  void connect(const std::vector<std::string>& offered) {
    const link::HubUrl url{.is_secure = false,
                           .host = "127.0.0.1",
                           .port = listener_->endpoint().port,
                           .target = "/bus"};
    const link::ConnectionSettings connection{.role = wire::Role::client,
                                              .message_bytes_max = 1000,
                                              .heartbeat = std::chrono::milliseconds(0),
                                              .close_wait = std::chrono::seconds(5)};
    connector_ = link::Connector::connect(
        engine_, {url, offered, nullptr, std::chrono::seconds(10), connection}, *this,
        [this](Result<link::Connected> told) noexcept {
          if (told)
            connected_ = std::move(*told);
          else
            error_ = told.error();
        });
  }

  void on_ready(net::Readiness) noexcept override { request_ += net::read_text(*server_); }

  void on_message(link::MessageKind, ByteView payload) noexcept override {
    is_greeted_ = as_text(payload) == "hello";
  }
  void on_passed_over(link::MessageKind, wire::PassedOver, std::uint64_t) noexcept override {}
  std::optional<SharedBytes> next_frame() noexcept override { return std::nullopt; }
  void on_end(const link::End&) noexcept override {}

  std::unique_ptr<net::Loop> loop_ = net::make_loop();
  net::SendBatcher batcher_{*loop_};
  Bytes read_buffer_ = Bytes(16UL * 1024);
  link::Engine engine_{*loop_, batcher_, read_buffer_};
  std::unique_ptr<net::Listener> listener_;
  std::unique_ptr<net::Stream> server_;
  std::string request_;
  std::unique_ptr<link::Connector> connector_;
  link::Connected connected_;
  std::optional<Error> error_;
  bool is_greeted_ = false;
};

}  // namespace

TEST_CASE("the client takes or refuses every answer to its handshake as its vector says") {
  for (const Vector& vector : load_vectors("handshakes")) {
    if (vector.given.at("end") != "client") continue;
    CAPTURE(vector.file);
    CAPTURE(vector.name);
    const auto offered = vector.given.at("offered").get<std::vector<std::string>>();
    for (const std::size_t piece_bytes : {vector.input.size(), std::size_t{1}}) {
      CAPTURE(piece_bytes);
      Handshake handshake;
      handshake.run(offered, vector.input, piece_bytes);
      CHECK(!handshake.error() == vector.expect.at("ok").get<bool>());
      if (!handshake.error())
        CHECK(handshake.protocol() == vector.expect.at("protocol").get<std::string>());
    }
  }
}

}  // namespace malinka::test
