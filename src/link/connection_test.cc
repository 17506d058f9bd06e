// SPDX-License-Identifier: MIT
#include "link/connection.h"

#include <algorithm>

#include "link/test_support.h"

using namespace std::chrono_literals;

namespace malinka::link {
namespace {

using wire::Opcode;
using wire::Role;

constexpr ConnectionSettings settings = {
    .role = Role::server, .message_bytes_max = 1000, .heartbeat = 0ms, .close_wait = 5s};

/// A connection whose peer is the test: it feeds bytes, and reads what the connection sends.
struct Pair : TestEngine {
  explicit Pair(const ConnectionSettings& given = settings, std::size_t capacity = 1024 * 1024,
                std::string_view early_bytes = {}) {
    auto [ours, theirs] = net::make_memory_streams(capacity);
    peer = std::move(theirs);
    peer_role = given.role == Role::server ? Role::client : Role::server;
    handler.role = given.role;
    connection = Connection::start(engine, std::make_unique<FaultyStream>(std::move(ours), plan),
                                   given, as_bytes(early_bytes), handler);
  }

  std::string frame(Opcode opcode, std::string_view payload) const {
    return to_text(wire::make_frame(opcode, as_bytes(payload), peer_role));
  }
  /// The close frame with `code`, as the peer sends it.
  std::string close_frame(std::uint16_t code, std::string reason = {}) const {
    return frame(Opcode::close, as_text(wire::make_close_payload({code, std::move(reason)})));
  }
  void feed(std::string_view bytes) {
    REQUIRE(net::write_text(*peer, bytes) == bytes.size());
    settle();
  }
  void send(std::string text) {
    handler.to_send.push_back(std::move(text));
    connection->wake();
  }
  std::string sent() { return net::read_text(*peer); }

  Recorder handler;
  FaultyStream::Plan plan;
  std::unique_ptr<net::Stream> peer;
  Role peer_role = Role::client;
  std::unique_ptr<Connection> connection;
};

std::string server_frame(Opcode opcode, std::string_view payload) {
  return to_text(wire::make_frame(opcode, as_bytes(payload), Role::server));
}

std::string server_close(std::uint16_t code, std::string reason = {}) {
  return server_frame(Opcode::close, as_text(wire::make_close_payload({code, std::move(reason)})));
}

}  // namespace

TEST_CASE("messages are told in their order, whole or byte by byte") {
  Pair pair;
  const std::string bytes = pair.frame(Opcode::text, "one") + pair.frame(Opcode::ping, "?") +
                            pair.frame(Opcode::binary, "two");
  pair.feed(bytes);
  for (const char byte : bytes) pair.feed({&byte, 1});
  CHECK(pair.handler.messages == std::vector<std::string>{"one", "two", "one", "two"});
  CHECK_FALSE(pair.handler.end);
}

TEST_CASE("early bytes are told first, and not before the next turn") {
  Pair probe;
  const std::string early = probe.frame(Opcode::text, "early");
  Pair pair(settings, 1024, early);
  CHECK(pair.handler.messages.empty());
  pair.feed(pair.frame(Opcode::text, "later"));
  CHECK(pair.handler.messages == std::vector<std::string>{"early", "later"});
}

TEST_CASE("256 frames of one turn leave as one write") {
  Pair pair;
  pair.settle();
  for (int i = 0; i < 256; ++i) pair.send("message");
  pair.settle();
  CHECK(pair.plan.writes == 1);
  CHECK(pair.sent().size() == 256 * server_frame(Opcode::text, "message").size());
}

TEST_CASE("frames are taken only while the stream takes more") {
  Pair pair(settings, 100'000);
  for (int i = 0; i < 100; ++i) pair.handler.to_send.push_back(std::string(10'000, 'x'));
  pair.connection->wake();
  pair.settle();
  // 100,000 bytes are in the stream, and no more than 64 KiB and a frame wait in the connection.
  CHECK(pair.handler.to_send.size() >= 100 - 17);
  const std::size_t waiting = pair.handler.to_send.size();
  const int writes = pair.plan.writes;
  pair.connection->wake();
  pair.settle();
  CHECK(pair.handler.to_send.size() == waiting);
  CHECK(pair.plan.writes == writes);

  std::size_t received = 0;
  while (const std::size_t bytes = pair.sent().size()) {
    received += bytes;
    pair.settle();
  }
  CHECK(received == 100 * server_frame(Opcode::text, std::string(10'000, 'x')).size());
}

TEST_CASE("a frame larger than the stream holds arrives whole") {
  Pair pair(settings, 1000);
  const std::string much(200'000, 'x');
  pair.send(much);
  std::string received;
  do {
    pair.settle();
    received += pair.sent();
  } while (received.size() < server_frame(Opcode::text, much).size() && pair.plan.writes < 1000);
  CHECK(received == server_frame(Opcode::text, much));
}

TEST_CASE("a ping is answered with its payload; of many, the last is") {
  Pair pair;
  pair.feed(pair.frame(Opcode::ping, "first") + pair.frame(Opcode::ping, "last"));
  CHECK(pair.sent() == server_frame(Opcode::pong, "last"));
}

TEST_CASE("pings do not pile up answers for a peer that does not read") {
  Pair pair(settings, 200);
  pair.send(std::string(1000, 'x'));
  pair.settle();
  for (int i = 0; i < 1000; ++i) pair.feed(pair.frame(Opcode::ping, std::to_string(i)));
  std::string received;
  while (received.size() < 1004) {
    received += pair.sent();
    pair.settle();
  }
  received += pair.sent();
  CHECK(received.substr(1004) == server_frame(Opcode::pong, "999"));
}

TEST_CASE("a client masks its own control frames") {
  Pair pair({.role = Role::client, .message_bytes_max = 1000, .heartbeat = 0ms, .close_wait = 5s});
  pair.feed(pair.frame(Opcode::ping, ""));
  const std::string pong = pair.sent();
  const auto header = wire::parse_frame_header(as_bytes(pong), Role::client);
  REQUIRE(header);
  REQUIRE(*header);
  CHECK((*header)->opcode == Opcode::pong);
  CHECK((*header)->mask);
}

TEST_CASE("a message beyond the limit is passed over, and the next one is told") {
  Pair pair;
  pair.feed(pair.frame(Opcode::text, std::string(1001, 'x')) + pair.frame(Opcode::text, "next"));
  CHECK(pair.handler.passed_over == std::vector<std::uint64_t>{1001});
  CHECK(pair.handler.messages == std::vector<std::string>{"next"});
  pair.connection->set_message_bytes_max(2000);
  pair.feed(pair.frame(Opcode::text, std::string(1001, 'x')));
  CHECK(pair.handler.messages.size() == 2);
}

TEST_CASE("a peer's close is answered with its code, and ends the connection") {
  Pair pair;
  pair.feed(pair.close_frame(1001, "going") + pair.frame(Opcode::text, "after") + "garbage");
  CHECK(pair.sent() == server_close(1001));
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::closed_by_peer);
  CHECK(pair.handler.end->status.code == 1001);
  CHECK(pair.handler.end->status.reason == "going");
  CHECK(pair.handler.messages.empty());
}

TEST_CASE("what answers the messages before a close or a violation goes before our close") {
  for (const bool is_violation : {false, true}) {
    CAPTURE(is_violation);
    Pair pair;
    pair.handler.on_each = [&](std::string_view message) {
      pair.send("re: " + to_text(as_bytes(message)));
    };
    pair.feed(pair.frame(Opcode::text, "one") + pair.frame(Opcode::text, "two") +
              (is_violation ? "\xff" : pair.close_frame(1000)) + pair.frame(Opcode::text, "three"));
    const std::string answers =
        server_frame(Opcode::text, "re: one") + server_frame(Opcode::text, "re: two");
    const std::string sent = pair.sent();
    CHECK(sent.starts_with(answers));
    CHECK(sent[answers.size()] == '\x88');
    CHECK(pair.handler.messages.size() == 2);
  }
}

TEST_CASE("a peer that closes is not sent all that waits for it") {
  Pair pair(settings, 1000);
  for (int i = 0; i < 100; ++i) pair.handler.to_send.push_back(std::string(10'000, 'x'));
  SUBCASE("one queue full, where it took all until then") {}
  SUBCASE("nothing more, where its socket is full") {
    pair.connection->wake();
    pair.settle();
  }
  pair.feed(pair.close_frame(1000));
  CHECK(pair.handler.to_send.size() >= 100 - 8);
  for (int i = 0; i < 200 && !pair.handler.end; ++i) {
    (void)pair.sent();
    pair.settle();
  }
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::closed_by_peer);
  CHECK(pair.handler.to_send.size() >= 100 - 8);
}

TEST_CASE("a handler that is asked for a last frame may close or abort instead") {
  const auto end_after = [](auto act, const std::string& last) {
    Pair pair;
    pair.handler.before_frame = [&] { act(*pair.connection); };
    pair.feed(last.empty() ? pair.close_frame(1001) : last);
    pair.pass(5s);
    CHECK(pair.handler.ends == 1);
    return pair.handler.end ? pair.handler.end->reason : EndReason::silent;
  };
  const auto close = [](Connection& connection) { connection.close(1000, ""); };
  const auto abort = [](Connection& connection) { connection.abort(); };
  CHECK(end_after(close, "") == EndReason::closed_by_us);
  CHECK(end_after(close, "\xff") == EndReason::closed_by_us);
  CHECK(end_after(abort, "") == EndReason::lost);
  CHECK(end_after(abort, "\xff") == EndReason::lost);
}

TEST_CASE("an empty close is answered with an empty close") {
  Pair pair;
  pair.feed(pair.frame(Opcode::close, ""));
  CHECK(pair.sent() == server_frame(Opcode::close, ""));
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->status.code == wire::close_no_status);
}

TEST_CASE("close sends what is queued, then the close frame, and waits for the answer") {
  Pair pair;
  pair.send("last words");
  pair.connection->close(4409, "replaced");
  CHECK(pair.connection->is_closing());
  pair.settle();
  CHECK(pair.sent() == server_frame(Opcode::text, "last words") + server_close(4409, "replaced"));
  CHECK_FALSE(pair.handler.end);

  pair.feed(pair.frame(Opcode::text, "too late") + pair.close_frame(4409));
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::closed_by_us);
  CHECK(pair.handler.end->status.code == 4409);
  CHECK(pair.handler.messages.empty());
}

TEST_CASE("a close that is not answered ends after close_wait") {
  Pair pair;
  pair.connection->close(1000, "bye");
  pair.pass(4999ms);
  CHECK_FALSE(pair.handler.end);
  pair.pass(1ms);
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::closed_by_us);
  CHECK(pair.handler.end->status.reason == "bye");
}

TEST_CASE("a peer that leaves without answering our close ends it as ours") {
  Pair pair;
  pair.connection->close(1000, "");
  pair.settle();
  pair.peer.reset();
  pair.settle();
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::closed_by_us);
}

TEST_CASE("closing hears the peer's close even where reading was paused") {
  Pair pair;
  pair.connection->pause_reading();
  pair.connection->close(1000, "");
  pair.feed(pair.close_frame(1000));
  CHECK(pair.handler.end);
}

TEST_CASE("a peer that just goes is lost") {
  Pair pair;
  pair.peer.reset();
  pair.settle();
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::lost);
  CHECK(pair.handler.end->status.code == wire::close_abnormal);
}

TEST_CASE("what a peer said before it went is still told") {
  Pair pair;
  net::write_text(*pair.peer, pair.frame(Opcode::text, "one") + pair.close_frame(4401, "no"));
  pair.send("into the void");
  pair.peer.reset();
  pair.settle();
  CHECK(pair.handler.messages == std::vector<std::string>{"one"});
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::closed_by_peer);
  CHECK(pair.handler.end->status.code == 4401);
}

TEST_CASE(
    "a violation is answered with its close code; the connection waits for the peer to leave") {
  struct Row {
    std::string bytes;
    std::uint16_t code;
  };
  const Pair maker;
  for (const Row& row : {Row{"\xf1\x80", wire::close_protocol_error},
                         Row{server_frame(Opcode::text, "unmasked"), wire::close_protocol_error},
                         Row{maker.frame(Opcode::text, "\xff"), wire::close_bad_data},
                         Row{maker.frame(Opcode::close, "x"), wire::close_protocol_error}}) {
    Pair pair;
    pair.feed(row.bytes);
    const std::string answer = pair.sent();
    REQUIRE(answer.size() >= 4);
    CHECK(answer.substr(2, 2) == server_close(row.code).substr(2, 2));
    CHECK_FALSE(pair.handler.end);

    pair.feed(pair.frame(Opcode::text, "ignored"));
    pair.peer.reset();
    pair.settle();
    REQUIRE(pair.handler.end);
    CHECK(pair.handler.end->reason == EndReason::violation);
    CHECK(pair.handler.end->status.code == row.code);
    CHECK(pair.handler.messages.empty());
  }
}

TEST_CASE("a violator that stays is dropped after close_wait, however much it sends") {
  Pair pair;
  pair.feed("\xff\xff");
  for (int i = 0; i < 5; ++i) {
    pair.feed(std::string(100'000, 'x'));
    pair.pass(1s);
  }
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::violation);
}

TEST_CASE("abort ends in a later turn, with no other call before") {
  Pair pair;
  pair.settle();
  net::write_text(*pair.peer, pair.frame(Opcode::text, "unheard"));
  pair.send("unsent");
  pair.connection->abort();
  CHECK_FALSE(pair.handler.end);
  pair.settle();
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::lost);
  CHECK(pair.handler.messages.empty());
  CHECK(pair.handler.to_send.size() == 1);
}

TEST_CASE("an aborted connection that is disposed of at once tells nothing") {
  Pair pair;
  pair.send("unsent");
  pair.loop->post([&] {
    pair.connection->abort();
    pair.loop->dispose(std::move(pair.connection));
  });
  pair.settle();
  CHECK_FALSE(pair.handler.end);
  CHECK(pair.handler.to_send.size() == 1);
}

TEST_CASE("a handler may close, abort, hand over or dispose inside every call") {
  const auto in_message = [](auto act) {
    Pair pair;
    pair.handler.on_each = [&](std::string_view) { act(pair); };
    pair.feed(pair.frame(Opcode::text, "one") + pair.frame(Opcode::text, "two"));
    pair.pass(5s);
    return std::pair(pair.handler.messages.size(), pair.handler.ends);
  };
  CHECK(in_message([](Pair& pair) { pair.connection->close(1000, ""); }) == std::pair(1UL, 1));
  CHECK(in_message([](Pair& pair) { pair.connection->abort(); }) == std::pair(1UL, 1));
  CHECK(in_message([](Pair& pair) {
          if (!pair.connection) return;
          pair.connection->abort();
          pair.loop->dispose(std::move(pair.connection));
        }) == std::pair(1UL, 0));

  const auto in_next_frame = [](auto act) {
    Pair pair;
    pair.handler.before_frame = [&] { act(pair); };
    pair.send("one");
    pair.settle();
    pair.pass(5s);
    return pair.handler.ends;
  };
  CHECK(in_next_frame([](Pair& pair) { pair.connection->close(1000, ""); }) == 1);
  CHECK(in_next_frame([](Pair& pair) { pair.connection->abort(); }) == 1);

  Pair pair;
  pair.handler.at_end = [&] {
    pair.connection->close(1000, "");
    pair.connection->abort();
    pair.connection->wake();
    pair.connection->resume_reading();
    pair.loop->dispose(std::move(pair.connection));
  };
  pair.peer.reset();
  pair.settle();
  CHECK(pair.handler.ends == 1);
}

TEST_CASE("a new handler is told the next message of the same bytes") {
  Pair pair;
  Recorder second;
  pair.handler.on_each = [&](std::string_view) { pair.connection->set_handler(second); };
  pair.feed(pair.frame(Opcode::text, "one") + pair.frame(Opcode::text, "two"));
  CHECK(pair.handler.messages == std::vector<std::string>{"one"});
  CHECK(second.messages == std::vector<std::string>{"two"});
}

TEST_CASE("a paused connection reads nothing, and all of it when it goes on") {
  Pair pair;
  pair.settle();
  pair.connection->pause_reading();
  pair.feed(pair.frame(Opcode::text, "one"));
  const int reads = pair.plan.reads;
  pair.feed(pair.frame(Opcode::text, "two"));
  CHECK(pair.plan.reads == reads);
  CHECK(pair.handler.messages.empty());
  pair.connection->resume_reading();
  pair.settle();
  CHECK(pair.handler.messages == std::vector<std::string>{"one", "two"});
}

TEST_CASE("one connection reads a bounded share of a turn, and comes back for the rest") {
  Pair pair;
  pair.settle();
  std::string bytes;
  while (bytes.size() < 500'000) bytes += pair.frame(Opcode::text, std::string(900, 'x'));
  net::write_text(*pair.peer, bytes);
  pair.loop->run_turn(0ms);
  CHECK(pair.plan.reads <= 5);
  CHECK(pair.handler.messages.size() < 100);
  net::run_turns(*pair.loop, 20);
  CHECK(pair.handler.messages.size() ==
        bytes.size() / pair.frame(Opcode::text, std::string(900, 'x')).size());
}

TEST_CASE("whose messages take long to handle lets the others be read after each buffer") {
  Pair pair;
  pair.settle();
  const std::string message = pair.frame(Opcode::text, std::string(900, 'x'));
  std::string bytes;
  while (bytes.size() < 100'000) bytes += message;
  net::write_text(*pair.peer, bytes);
  pair.handler.on_each = [&](std::string_view) { pair.clock.advance(1ms); };
  pair.plan.reads = 0;
  pair.loop->run_turn(0ms);
  CHECK(pair.plan.reads == 1);
  net::run_turns(*pair.loop, 20);
  CHECK(pair.handler.messages.size() == bytes.size() / message.size());
}

TEST_CASE("a peer that is not read from and takes nothing either is dropped as silent") {
  Pair pair({.role = Role::server, .message_bytes_max = 1000, .heartbeat = 10s, .close_wait = 5s},
            1000);
  pair.settle();
  for (int i = 0; i < 10; ++i) pair.send(std::string(500, 'x'));
  pair.connection->pause_reading();
  pair.pass(15s);
  (void)pair.sent();  // It took something: its time begins anew.
  pair.settle();
  pair.pass(15s);
  CHECK_FALSE(pair.handler.end);
  pair.pass(5s);
  REQUIRE(pair.handler.end);
  CHECK(pair.handler.end->reason == EndReason::silent);
}

TEST_CASE("a short read ends the turn without another call") {
  Pair pair;
  pair.settle();
  const int reads = pair.plan.reads;
  pair.feed(pair.frame(Opcode::text, "one"));
  CHECK(pair.plan.reads == reads + 1);
}

TEST_CASE("whichever read fails, the end is told once") {
  for (int n = 0; n < 8; ++n) {
    Pair pair;
    pair.plan.failing_read = n;
    for (int i = 0; i < 8; ++i) pair.feed(pair.frame(Opcode::text, "x"));
    CHECK(pair.handler.ends == 1);
    CHECK(pair.handler.end->reason == EndReason::lost);
    CHECK(pair.handler.messages.size() <= static_cast<std::size_t>(n));
  }
}

TEST_CASE("whichever write fails, the end is told once, and what the peer said before it is told") {
  for (int n = 0; n < 8; ++n) {
    Pair pair;
    pair.plan.failing_write = n;
    for (int i = 0; i < 8 && !pair.handler.end; ++i) {
      net::write_text(*pair.peer, pair.frame(Opcode::text, "x"));
      pair.send("y");
      pair.settle();
    }
    CHECK(pair.handler.ends == 1);
    CHECK(pair.handler.end->reason == EndReason::lost);
    CHECK(pair.handler.messages.size() == static_cast<std::size_t>(n + 1));
  }
}

TEST_CASE("whichever write fails while closing, the end is still ours") {
  for (int n = 0; n < 2; ++n) {
    Pair pair({.role = Role::server, .message_bytes_max = 1000, .heartbeat = 0ms, .close_wait = 5s},
              70'000);
    pair.plan.failing_write = n;
    pair.send(std::string(100'000, 'x'));
    pair.connection->close(1000, "");
    for (int i = 0; i < 4; ++i) {
      pair.settle();
      static_cast<void>(pair.sent());
    }
    CHECK(pair.handler.ends == 1);
    CHECK(pair.handler.end->reason == EndReason::closed_by_us);
  }
}

}  // namespace malinka::link
