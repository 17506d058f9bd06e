// SPDX-License-Identifier: MIT
#include "net/tls.h"

#include <sys/socket.h>

#include <array>
#include <fstream>

#include "net/test_certificate.h"
#include "net/test_support.h"

using namespace std::chrono_literals;

namespace malinka::net {
namespace {

const TestCertificate& hub_certificate() {
  static const TestCertificate certificate("DNS:hub.test,IP:127.0.0.1");
  return certificate;
}

std::shared_ptr<TlsContext> server_context(const TestCertificate& certificate = hub_certificate()) {
  auto context = TlsContext::for_server(certificate.chain(), certificate.key());
  REQUIRE(context);
  return *context;
}

std::shared_ptr<TlsContext> client_context(const std::filesystem::path& authorities) {
  auto context = TlsContext::for_client(authorities);
  REQUIRE(context);
  return *context;
}

using Plain = std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>;

Plain make_socket_streams() {
  auto [here, there] = make_socket_pair();
  return {make_tcp_stream(std::move(here), {}), make_tcp_stream(std::move(there), {})};
}

/// Reads whatever comes, as a connection does: until a read is short.
struct End final : ReadinessHandler {
  std::unique_ptr<Stream> stream;
  std::string received;
  std::optional<Error> error;
  bool has_ended = false;
  bool has_hung_up = false;
  int writable = 0;

  void on_ready(Readiness readiness) noexcept override {
    writable += readiness.is_writable;
    has_hung_up |= readiness.is_hung_up;
    if (readiness.is_readable || readiness.is_hung_up) read();
  }
  void read() {
    std::array<std::byte, 5000> buffer;
    while (!has_ended && !error) {
      const auto got = stream->read(buffer);
      if (!got) error = got.error();
      if (!got) return;
      has_ended = got->status == IoStatus::ended;
      received += as_text(std::span(buffer).first(got->bytes));
      if (got->status != IoStatus::done || (got->bytes < buffer.size() && !has_hung_up)) return;
    }
  }
};

struct Pair {
  explicit Pair(Plain plain = make_memory_streams(1000), const std::string& host = "hub.test",
                std::shared_ptr<TlsContext> server = server_context(),
                std::shared_ptr<TlsContext> client = client_context(hub_certificate().chain())) {
    auto here = make_tls_client_stream(std::move(client), std::move(plain.first), host);
    auto there = make_tls_server_stream(std::move(server), std::move(plain.second));
    REQUIRE(here);
    REQUIRE(there);
    us.stream = std::move(*here);
    them.stream = std::move(*there);
    REQUIRE(us.stream->watch(*loop, us));
    REQUIRE(them.stream->watch(*loop, them));
  }
  void settle() {
    for (int i = 0; i < 50; ++i) loop->run_turn(0ms);
  }
  /// Sends all of `text`, however often it takes; true when it all arrived.
  bool transfer(End& from, const End& to, std::string_view text) {
    std::size_t sent = 0;
    const std::size_t expected = to.received.size() + text.size();
    return run_until(*loop, [&] {
      sent += write_text(*from.stream, text.substr(sent));
      return to.received.size() == expected;
    });
  }

  std::unique_ptr<Loop> loop = make_loop();
  End us;
  End them;
};

}  // namespace

TEST_CASE("bytes pass both ways through TLS, over memory and over a socket") {
  for (const bool is_socket : {false, true}) {
    Pair pair(is_socket ? make_socket_streams() : make_memory_streams(1000));
    std::string much(1'000'000, '\0');
    for (std::size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>(i * 31 / 7);
    CHECK(pair.transfer(pair.us, pair.them, much));
    CHECK((pair.them.received == much));
    CHECK(pair.transfer(pair.them, pair.us, "answer"));
    CHECK(pair.us.received == "answer");
  }
}

TEST_CASE("many small pieces arrive in their order") {
  Pair pair;
  pair.settle();
  std::string expected;
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i % 7), 'a') + std::to_string(i));
  texts.push_back(std::string(40'000, 'x'));
  texts.push_back("end");
  std::vector<ByteView> pieces;
  for (const std::string& text : texts) pieces.push_back(as_bytes(text)), expected += text;
  const auto written = pair.us.stream->write(pieces);
  REQUIRE(written);
  REQUIRE(written->bytes > 1000);
  REQUIRE(run_until(*pair.loop, [&] { return pair.them.received.size() == written->bytes; }));
  CHECK(pair.transfer(pair.us, pair.them, std::string_view(expected).substr(written->bytes)));
  CHECK((pair.them.received == expected));
}

TEST_CASE("a stream whose peer does not read takes a bounded amount, and says when it takes more") {
  Pair pair;
  pair.settle();
  const int writable = pair.us.writable;
  pair.them.stream->forget();
  std::size_t sent = 0;
  while (const std::size_t taken = write_text(*pair.us.stream, std::string(10'000, 'x')))
    sent += taken;
  CHECK(sent < 200'000);
  pair.settle();
  CHECK(pair.us.writable == writable);
  REQUIRE(pair.them.stream->watch(*pair.loop, pair.them));
  CHECK(run_until(*pair.loop, [&] { return pair.them.received.size() == sent; }));
  pair.settle();
  CHECK(pair.us.writable > writable);
}

TEST_CASE("a finished stream is an orderly end for its peer, even behind bytes that wait") {
  Pair pair;
  pair.settle();
  CHECK(write_text(*pair.us.stream, std::string(20'000, 'x')) == 20'000);
  pair.us.stream->finish_writing();
  REQUIRE(run_until(*pair.loop, [&] { return pair.them.has_ended; }));
  CHECK(pair.them.received.size() == 20'000);
  CHECK_FALSE(pair.them.error);
}

TEST_CASE("a peer that goes without saying so is an error, not an end") {
  Pair pair;
  pair.settle();
  pair.us.stream.reset();
  REQUIRE(run_until(*pair.loop, [&] { return pair.them.error.has_value(); }));
  CHECK(pair.them.error->code == TlsError::cut_off);
}

TEST_CASE("a certificate that nobody vouches for is rejected, in words a person understands") {
  Pair pair(make_memory_streams(1000), "hub.test", server_context(), client_context({}));
  pair.settle();
  REQUIRE(pair.us.error);
  CHECK(pair.us.error->code == TlsError::certificate_rejected);
  CHECK(pair.us.error->message() == "self-signed certificate: its certificate is not accepted");
  CHECK(pair.them.error);
}

TEST_CASE("a certificate for another host is rejected") {
  Pair pair(make_memory_streams(1000), "other.test");
  pair.settle();
  REQUIRE(pair.us.error);
  CHECK(pair.us.error->message() == "hostname mismatch: its certificate is not accepted");
  Pair by_address(make_memory_streams(1000), "127.0.0.2");
  by_address.settle();
  REQUIRE(by_address.us.error);
  CHECK(by_address.us.error->message() == "IP address mismatch: its certificate is not accepted");
}

TEST_CASE("a certificate's address is accepted as a host") {
  Pair pair(make_memory_streams(1000), "127.0.0.1");
  CHECK(pair.transfer(pair.us, pair.them, "hello"));
}

TEST_CASE("a certificate out of its time is rejected") {
  const TestCertificate expired("DNS:hub.test", -7200);
  Pair pair(make_memory_streams(1000), "hub.test", server_context(expired),
            client_context(expired.chain()));
  pair.settle();
  REQUIRE(pair.us.error);
  CHECK(pair.us.error->message() == "certificate has expired: its certificate is not accepted");
}

TEST_CASE("a peer that does not speak TLS is named as that") {
  for (const bool is_server : {false, true}) {
    auto loop = make_loop();
    auto [plain, inner] = make_memory_streams(1000);
    End end;
    auto stream = is_server
                      ? make_tls_server_stream(server_context(), std::move(inner))
                      : make_tls_client_stream(client_context({}), std::move(inner), "hub.test");
    REQUIRE(stream);
    end.stream = std::move(*stream);
    REQUIRE(end.stream->watch(*loop, end));
    write_text(*plain, is_server ? "GET / HTTP/1.1\r\n\r\n" : "HTTP/1.1 400 Bad Request\r\n\r\n");
    run_turns(*loop);
    REQUIRE(end.error);
    CHECK(end.error->code == TlsError::not_tls);
  }
}

TEST_CASE("a peer that goes during the handshake is an error on this side") {
  auto loop = make_loop();
  auto [plain, inner] = make_memory_streams(1000);
  End end;
  auto stream = make_tls_client_stream(client_context({}), std::move(inner), "hub.test");
  REQUIRE(stream);
  end.stream = std::move(*stream);
  REQUIRE(end.stream->watch(*loop, end));
  run_turns(*loop);
  plain.reset();
  run_turns(*loop);
  CHECK(end.error);
}

TEST_CASE("a new handler is told what was decrypted before it came") {
  Pair pair;
  pair.settle();
  CHECK(write_text(*pair.us.stream, "hello, and more") == 15);
  pair.them.stream->forget();
  pair.loop->run_turn(0ms);
  End late;
  late.stream = std::move(pair.them.stream);
  std::array<std::byte, 5> few;
  CHECK(late.stream->read(few)->bytes == 5);
  REQUIRE(late.stream->watch(*pair.loop, late));
  pair.settle();
  CHECK(late.received == ", and more");
}

TEST_CASE("files that are no certificate and key are refused by name") {
  const TestCertificate& certificate = hub_certificate();
  const TestCertificate other("DNS:other.test");
  const auto missing = TlsContext::for_server("/nowhere/chain.pem", certificate.key());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == TlsError::unusable_file);
  CHECK(missing.error().context.starts_with("/nowhere/chain.pem"));
  const auto mismatch = TlsContext::for_server(certificate.chain(), other.key());
  REQUIRE_FALSE(mismatch);
  CHECK(mismatch.error().context.starts_with(other.key().string()));
  CHECK_FALSE(TlsContext::for_client(certificate.key()));
}

}  // namespace malinka::net
