// SPDX-License-Identifier: MIT
// Keep-alive as a connection has it.

#include "link/keep_alive.h"

#include "link/test_support.h"

using namespace std::chrono_literals;

namespace malinka::link {
namespace {

using wire::Opcode;
using wire::Role;

struct Pair : TestEngine {
  Pair() {
    auto [ours, theirs] = net::make_memory_streams(4096);
    peer = std::move(theirs);
    connection = Connection::start(
        engine, std::move(ours),
        {.role = Role::server, .message_bytes_max = 1000, .heartbeat = 30s, .close_wait = 5s}, {},
        handler);
    settle();
  }
  void feed(Opcode opcode) {
    net::write_text(*peer, as_text(wire::make_frame(opcode, ByteView(), Role::client)));
    settle();
  }
  std::string sent() { return net::read_text(*peer); }

  Recorder handler;
  std::unique_ptr<net::Stream> peer;
  std::unique_ptr<Connection> connection;
};

const std::string ping = to_text(wire::make_frame(Opcode::ping, ByteView(), Role::server));

}  // namespace

TEST_CASE("a peer is pinged every heartbeat") {
  Pair pair;
  pair.pass(29999ms);
  CHECK(pair.sent().empty());
  for (int i = 0; i < 10; ++i) {
    pair.pass(i == 0 ? 1ms : 30s);
    CHECK(pair.sent() == ping);
    pair.feed(Opcode::pong);
  }
  CHECK_FALSE(pair.handler.end);
}

TEST_CASE("a half-open link is noticed when nothing came for two heartbeats, not later") {
  Pair pair;
  pair.pass(31s);
  pair.feed(Opcode::pong);  // The last that is heard.
  pair.pass(59999ms);
  CHECK_FALSE(pair.handler.end);
  pair.pass(1ms);
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::silent);
}

TEST_CASE("a late answer is in time until the very end, and the time counts from it") {
  Pair pair;
  pair.pass(10s);
  pair.feed(Opcode::pong);
  pair.pass(20s);
  pair.pass(30s);  // Two pings are not answered.
  pair.pass(9999ms);
  pair.feed(Opcode::pong);
  pair.pass(59999ms);
  CHECK_FALSE(pair.handler.end);
  pair.pass(1ms);
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::silent);
}

TEST_CASE("without a heartbeat, silence is borne for ever") {
  Pair pair;
  pair.connection->set_heartbeat(0ms);
  pair.pass(24h);
  CHECK_FALSE(pair.handler.end);
  CHECK(pair.sent().empty());
}

TEST_CASE("a changed heartbeat counts from its change") {
  Pair pair;
  pair.connection->set_heartbeat(1s);
  pair.pass(1s);
  CHECK(pair.sent() == ping);
  pair.pass(1s);
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::silent);
}

TEST_CASE("a peer that we do not read is not called silent") {
  Pair pair;
  pair.connection->pause_reading();
  for (int i = 0; i < 10; ++i) pair.pass(30s);
  CHECK_FALSE(pair.handler.end);
  pair.connection->resume_reading();
  pair.pass(59s);
  CHECK_FALSE(pair.handler.end);
  pair.pass(1s);
  CHECK(pair.handler.end);
}

TEST_CASE("a peer that takes nothing has its time once, however often it is not read meanwhile") {
  Pair pair;
  pair.handler.to_send.push_back(std::string(100'000, 'x'));
  pair.connection->wake();
  pair.settle();  // More than the stream holds.
  for (int i = 0; i < 5; ++i) {
    pair.pass(10s);
    pair.connection->pause_reading();
    pair.settle();
    pair.connection->resume_reading();
  }
  pair.pass(9999ms);
  CHECK_FALSE(pair.handler.end);
  pair.pass(1ms);
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::silent);
}

TEST_CASE("a peer that slowly takes a large frame, and says nothing, is alive") {
  Pair pair;
  pair.handler.to_send.push_back(std::string(100'000, 'x'));
  pair.connection->wake();
  pair.settle();
  for (int i = 0; i < 20; ++i) {
    CHECK(pair.sent().size() > 0);
    pair.pass(40s);
  }
  CHECK_FALSE(pair.handler.end);
}

TEST_CASE("a probe pings at once, and is answered by anything that arrives") {
  Pair pair;
  std::optional<bool> answer;
  pair.connection->probe(5s, [&](bool is_alive) noexcept { answer = is_alive; });
  pair.settle();
  CHECK(pair.sent() == ping);
  CHECK_FALSE(answer);
  pair.feed(Opcode::pong);
  CHECK(answer == true);
  pair.pass(5s);
  CHECK(answer == true);
}

TEST_CASE("a probe that nothing answers says so after its time, each for itself") {
  Pair pair;
  std::optional<bool> first;
  std::optional<bool> second;
  pair.connection->probe(5s, [&](bool is_alive) noexcept { first = is_alive; });
  pair.connection->probe(6s, [&](bool is_alive) noexcept { second = is_alive; });
  pair.pass(5s);
  CHECK(first == false);
  CHECK_FALSE(second);
  pair.feed(Opcode::pong);
  CHECK(second == true);
}

TEST_CASE("a probe of a connection that ends is never answered") {
  Pair pair;
  pair.connection->probe(5s, [](bool) noexcept { FAIL("answered"); });
  pair.connection->abort();
  pair.pass(10s);
  CHECK(pair.handler.ends == 1);
}

}  // namespace malinka::link
