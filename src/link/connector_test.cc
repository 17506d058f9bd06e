// SPDX-License-Identifier: MIT
#include "link/connector.h"

#include <algorithm>

#include "link/test_support.h"
#include "net/listener.h"
#include "net/test_certificate.h"
#include "wire/handshake.h"

using namespace std::chrono_literals;

namespace malinka::link {
namespace {

using wire::Opcode;
using wire::Role;

/// A server that answers each request by `respond`, and then says what `behind` says.
struct Server final : net::ReadinessHandler {
  explicit Server(TestEngine& test, std::shared_ptr<net::TlsContext> tls = nullptr) {
    auto opened = net::Listener::open(
        *test.loop, {"127.0.0.1", 0},
        [&test, tls, this](std::unique_ptr<net::Stream> accepted) noexcept {
          stream = std::move(accepted);
          if (tls) stream = std::move(*net::make_tls_server_stream(tls, std::move(stream)));
          REQUIRE(stream->watch(*test.loop, *this));
        });
    REQUIRE(opened);
    listener = std::move(*opened);
  }

  void on_ready(net::Readiness) noexcept override {
    received += net::read_text(*stream);
    if (is_answered || received.find("\r\n\r\n") == std::string::npos) return;
    is_answered = true;
    net::write_text(*stream, respond(received));
  }

  std::uint16_t port() const { return listener->endpoint().port; }

  std::function<std::string(std::string_view)> respond = [](std::string_view) { return ""; };
  std::string received;
  bool is_answered = false;
  std::unique_ptr<net::Stream> stream;
  std::unique_ptr<net::Listener> listener;
};

/// What a hub answers, with `protocol` and something right behind.
std::function<std::string(std::string_view)> upgrade(std::string protocol,
                                                     std::string behind = {}) {
  return [=](std::string_view request) {
    const auto head = wire::parse_request_head(as_bytes(request), 10'000);
    REQUIRE(head);
    REQUIRE(*head);
    const auto checked = wire::check_upgrade_request(**head);
    REQUIRE(checked);
    return wire::make_upgrade_response(*checked, protocol) + behind;
  };
}

struct Client : TestEngine {
  void connect(std::uint16_t port, std::string_view scheme = "ws",
               std::shared_ptr<net::TlsContext> tls = nullptr) {
    const auto url = HubUrl::parse(std::string(scheme) + "://127.0.0.1:" + std::to_string(port));
    REQUIRE(url);
    address = url->host_and_port();
    handler.role = Role::client;
    const ConnectionSettings connection{
        .role = Role::client, .message_bytes_max = 1000, .heartbeat = 0ms, .close_wait = 5s};
    connector = Connector::connect(engine, {*url, {"malinka.v1"}, std::move(tls), 10s, connection},
                                   handler, [this](Result<Connected> told) noexcept {
                                     connector.reset();  // It may die in its own handler.
                                     if (!told) error = told.error();
                                     if (told) connected = std::move(*told);
                                   });
  }
  bool run_until_told() {
    return net::run_until(*loop, [&] { return error || connected.connection; });
  }

  std::string address;
  Recorder handler;
  std::unique_ptr<Connector> connector;
  std::optional<Error> error;
  Connected connected;
};

std::string greeting() {
  return to_text(wire::make_frame(Opcode::text, as_bytes("hello"), Role::server));
}

}  // namespace

TEST_CASE(
    "a hub that accepts becomes a connection, and what came right behind is its first message") {
  Client client;
  Server server(client);
  server.respond = upgrade("malinka.v1", greeting());
  client.connect(server.port());
  REQUIRE(client.run_until_told());
  REQUIRE_FALSE(client.error);
  CHECK(client.connected.protocol == "malinka.v1");
  CHECK(client.handler.messages.empty());
  REQUIRE(net::run_until(*client.loop, [&] { return !client.handler.messages.empty(); }));
  CHECK(client.handler.messages == std::vector<std::string>{"hello"});

  server.received.clear();
  client.handler.to_send.push_back("answer");
  client.connected.connection->wake();
  CHECK(net::run_until(*client.loop, [&] { return server.received.size() == 6 + 4 + 2; }));
}

TEST_CASE("the request names the host, the path and the subprotocol") {
  Client client;
  Server server(client);
  client.connect(server.port());
  REQUIRE(net::run_until(*client.loop, [&] { return server.is_answered; }));
  CHECK(server.received.starts_with("GET /bus HTTP/1.1\r\n"));
  CHECK(server.received.find("Host: " + client.address + "\r\n") != std::string::npos);
  CHECK(server.received.find("Sec-WebSocket-Protocol: malinka.v1\r\n") != std::string::npos);
}

TEST_CASE("an answer that comes byte by byte is as good") {
  Client client;
  Server server(client);
  server.respond = [](std::string_view) { return ""; };
  client.connect(server.port());
  REQUIRE(net::run_until(*client.loop, [&] { return server.is_answered; }));
  for (const char byte : upgrade("", greeting())(server.received)) {
    net::write_text(*server.stream, {&byte, 1});
    client.settle();
  }
  REQUIRE(client.run_until_told());
  CHECK_FALSE(client.error);
  CHECK(net::run_until(*client.loop, [&] { return client.handler.messages.size() == 1; }));
}

TEST_CASE("whatever is wrong with an answer is told with host and port") {
  struct Row {
    std::string answer;
    std::string message;
  };
  for (const Row& row :
       {Row{"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
            ": answered 401: the server did not switch to a WebSocket"},
        Row{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: AAAA\r\n\r\n",
            ": Sec-WebSocket-Accept does not answer our key"},
        Row{"HTTP/1.1 two hundred\r\n\r\n", ": not HTTP as RFC 9112 has it"}}) {
    Client client;
    Server server(client);
    server.respond = [&](std::string_view) { return row.answer; };
    client.connect(server.port());
    REQUIRE(client.run_until_told());
    REQUIRE(client.error);
    CHECK(client.error->message() == client.address + row.message);
    CHECK_FALSE(client.connected.connection);
  }
}

TEST_CASE("an answer whose head has no end is refused at a bound") {
  Client client;
  Server server(client);
  server.respond = [&](std::string_view) {
    return "HTTP/1.1 101 X\r\nX-Long: " + std::string(100'000, 'x');
  };
  client.connect(server.port());
  REQUIRE(client.run_until_told());
  REQUIRE(client.error);
  CHECK(client.error->code == wire::HttpError::head_too_large);
}

TEST_CASE("a server that hangs up instead of answering is told as that") {
  Client client;
  Server server(client);
  client.connect(server.port());
  REQUIRE(net::run_until(*client.loop, [&] { return server.is_answered; }));
  server.stream.reset();
  REQUIRE(client.run_until_told());
  REQUIRE(client.error);
  CHECK(client.error->message() == client.address + ": no answer: Connection reset by peer");
}

TEST_CASE("nobody there is told as refused") {
  Client client;
  std::uint16_t port = 0;
  {
    const Server server(client);
    port = server.port();
  }
  client.connect(port);
  REQUIRE(client.run_until_told());
  REQUIRE(client.error);
  CHECK(client.error->message() == client.address + ": Connection refused");
}

TEST_CASE("a server that never answers is given up after the timeout, for all of it together") {
  Client client;
  Server server(client);
  client.connect(server.port());
  REQUIRE(net::run_until(*client.loop, [&] { return server.is_answered; }));
  client.pass(9999ms);
  CHECK_FALSE(client.error);
  client.pass(1ms);
  REQUIRE(client.error);
  CHECK(client.error->code == std::errc::timed_out);
  CHECK(client.error->context.starts_with(client.address));
}

TEST_CASE("a connector that is destroyed tells nothing, at whatever stage it was") {
  for (int turns = 0; turns < 12; ++turns) {
    Client client;
    Server server(client);
    server.respond = upgrade("");
    client.connect(server.port());
    net::run_turns(*client.loop, turns);
    client.connector.reset();
    const bool was_told = client.error || client.connected.connection;
    client.settle();
    CHECK(was_told == (client.error || client.connected.connection));
  }
}

TEST_CASE("a secure URL connects through TLS, and early bytes are not lost in it") {
  const net::TestCertificate certificate("IP:127.0.0.1");
  const auto trusting = net::TlsContext::for_client(certificate.chain());
  const auto tls = net::TlsContext::for_server(certificate.chain(), certificate.key());
  REQUIRE(trusting);
  REQUIRE(tls);
  Client client;
  Server server(client, *tls);
  server.respond = upgrade("malinka.v1", greeting() + greeting());
  client.connect(server.port(), "wss", *trusting);
  REQUIRE(client.run_until_told());
  REQUIRE_FALSE(client.error);
  REQUIRE(net::run_until(*client.loop, [&] { return client.handler.messages.size() == 2; }));

  client.connected.connection->close(1000, "");
  client.settle();
  net::write_text(*server.stream,
                  to_text(wire::make_frame(Opcode::close, ByteView(), Role::server)));
  CHECK(net::run_until(*client.loop, [&] { return client.handler.end.has_value(); }));
}

TEST_CASE("a certificate that is not trusted is told with the reason and the host") {
  const net::TestCertificate certificate("IP:127.0.0.1");
  const auto distrusting = net::TlsContext::for_client();
  const auto tls = net::TlsContext::for_server(certificate.chain(), certificate.key());
  REQUIRE(distrusting);
  REQUIRE(tls);
  Client client;
  Server server(client, *tls);
  client.connect(server.port(), "wss", *distrusting);
  REQUIRE(client.run_until_told());
  REQUIRE(client.error);
  CHECK(client.error->message() ==
        client.address + ": self-signed certificate: its certificate is not accepted");
}

TEST_CASE("a secure URL to a plain server says that it does not speak TLS") {
  Client client;
  Server server(client);
  const auto tls = net::TlsContext::for_client();
  REQUIRE(tls);
  client.connect(server.port(), "wss", *tls);
  REQUIRE(net::run_until(*client.loop, [&] { return server.stream != nullptr; }));
  net::write_text(*server.stream, "HTTP/1.1 400 Bad Request\r\n\r\n");
  REQUIRE(client.run_until_told());
  REQUIRE(client.error);
  CHECK(client.error->message() == client.address + ": the other side does not speak TLS");
}

}  // namespace malinka::link
