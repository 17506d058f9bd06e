// SPDX-License-Identifier: MIT
// A connection taken off one loop and attached to another, as from one thread to the next.
#include "link/test_support.h"

using namespace std::chrono_literals;

namespace malinka::link {
namespace {

using wire::Opcode;
using wire::Role;

constexpr ConnectionSettings settings = {
    .role = Role::server, .message_bytes_max = 1000, .heartbeat = 0ms, .close_wait = 5s};

/// A connection that pauses at its first message, the peer of it, and two loops.
struct Move {
  explicit Move(std::size_t capacity = 1024 * 1024) {
    auto [ours, theirs] = net::make_memory_streams(capacity);
    peer = std::move(theirs);
    before.on_each = [this](std::string_view) { connection->pause_reading(); };
    connection =
        Connection::start(here.engine, std::make_unique<FaultyStream>(std::move(ours), plan),
                          settings, ByteView(), before);
  }

  /// What the peer is sent, until there are so many bytes.
  std::string receive(std::size_t bytes) {
    std::string received;
    for (int turns = 0; received.size() < bytes && turns < 100; ++turns) {
      received += net::read_text(*peer);
      there.settle();
    }
    return received;
  }
  /// Moves it from here to there.
  void move() {
    auto detached = connection->detach();
    REQUIRE(detached);
    here.loop->dispose(std::move(connection));
    here.settle();
    connection = Connection::attach(there.engine, *std::move(detached), settings, after);
    there.settle();
  }
  void feed(std::string_view bytes) {
    REQUIRE(net::write_text(*peer, bytes) == bytes.size());
    here.settle();
    there.settle();
  }
  static std::string frame(Opcode opcode, std::string_view payload) {
    return to_text(wire::make_frame(opcode, as_bytes(payload), Role::client));
  }

  TestEngine here;
  TestEngine there;
  Recorder before;
  Recorder after;
  FaultyStream::Plan plan;
  std::unique_ptr<net::Stream> peer;
  std::unique_ptr<Connection> connection;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what came behind a message goes on at another loop, wherever the bytes are cut") {
  const std::string first = Move::frame(Opcode::text, "first");
  const std::string all = first + Move::frame(Opcode::text, "second") +
                          Move::frame(Opcode::ping, "?") + Move::frame(Opcode::binary, "third");
  for (std::size_t cut = first.size(); cut <= all.size(); ++cut) {
    Move move;
    move.feed(all.substr(0, cut));
    move.move();
    move.feed(all.substr(cut));
    CHECK(move.before.messages == Texts{"first"});
    CHECK(move.after.messages == Texts{"second", "third"});
  }
}

TEST_CASE("a message in fragments may be the last before a move") {
  Move move;
  std::string begin = Move::frame(Opcode::text, "fir");
  begin[0] = '\x01';
  move.feed(begin);
  move.feed(Move::frame(Opcode::continuation, "st"));
  move.move();
  move.feed(Move::frame(Opcode::text, "second"));
  CHECK(move.before.messages == Texts{"first"});
  CHECK(move.after.messages == Texts{"second"});
}

TEST_CASE("what a socket did not take before a move is sent after it, whole and in order") {
  Move move(100);
  for (int i = 0; i < 20; ++i)
    move.before.to_send.push_back(std::to_string(i) + std::string(50, 'x'));
  move.connection->wake();
  move.here.settle();
  move.feed(Move::frame(Opcode::text, "first"));
  REQUIRE(move.before.to_send.empty());
  move.move();
  move.after.to_send.push_back("behind");
  move.connection->wake();
  std::string expected;
  for (int i = 0; i < 20; ++i)
    expected += to_text(wire::make_frame(
        Opcode::text, as_bytes(std::to_string(i) + std::string(50, 'x')), Role::server));
  expected += to_text(wire::make_frame(Opcode::text, as_bytes("behind"), Role::server));
  CHECK(move.receive(expected.size()) == expected);
}

TEST_CASE("a ping that was not answered before a move is answered after it") {
  Move move(100);
  const std::string large(200, 'x');
  move.before.to_send.push_back(large);
  move.connection->wake();
  move.here.settle();
  move.feed(Move::frame(Opcode::ping, "still there?") + Move::frame(Opcode::text, "first"));
  move.move();
  const std::string expected =
      to_text(wire::make_frame(Opcode::text, as_bytes(large), Role::server)) +
      to_text(wire::make_frame(Opcode::pong, as_bytes("still there?"), Role::server));
  CHECK(move.receive(expected.size()) == expected);
}

TEST_CASE("the end of a connection that moved is told at its new loop") {
  Move move;
  move.feed(Move::frame(Opcode::text, "first"));
  move.move();
  move.peer.reset();
  move.there.settle();
  CHECK_FALSE(move.before.end);
  REQUIRE(move.after.end);
  CHECK(move.after.end->reason == EndReason::lost);
}

TEST_CASE("a peer that goes before its connection is attached again is told as gone") {
  Move move;
  move.feed(Move::frame(Opcode::text, "first"));
  move.peer.reset();
  move.move();
  CHECK(move.after.ends == 1);
  CHECK(move.before.ends == 0);
}

TEST_CASE("a connection that is closing does not move, and its end is told where it was") {
  Move move;
  move.feed(Move::frame(Opcode::text, "first"));
  move.connection->close(wire::close_normal, {});
  CHECK_FALSE(move.connection->detach());
  move.feed(Move::frame(Opcode::close, as_text(wire::make_close_payload({1000, {}}))));
  CHECK(move.before.ends == 1);
}

TEST_CASE("a detached connection that nobody attaches closes its stream") {
  Move move;
  move.feed(Move::frame(Opcode::text, "first"));
  move.connection->detach().reset();
  Bytes buffer(1);
  const auto got = move.peer->read(buffer);
  REQUIRE(got);
  CHECK(got->status == net::IoStatus::ended);
}

}  // namespace malinka::link
