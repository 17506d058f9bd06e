// SPDX-License-Identifier: MIT
// Frames that a connection is given before it asks for any.
#include "link/connection.h"
#include "link/test_support.h"

using namespace std::chrono_literals;

namespace malinka::link {
namespace {

using wire::Opcode;
using wire::Role;

SharedBytes make_text(std::string_view payload) {
  return SharedBytes(wire::make_frame(Opcode::text, as_bytes(payload), Role::server));
}

std::string frame_of(std::string_view payload) { return to_text(make_text(payload).view()); }

struct SendAheadTest : TestEngine {
  explicit SendAheadTest(std::size_t capacity = 1024 * 1024) {
    auto [ours, theirs] = net::make_memory_streams(capacity);
    peer = std::move(theirs);
    connection = Connection::start(
        engine, std::make_unique<FaultyStream>(std::move(ours), plan),
        {.role = Role::server, .message_bytes_max = 1000, .close_wait = 5s}, ByteView(), handler);
  }

  Recorder handler;
  FaultyStream::Plan plan;
  std::unique_ptr<net::Stream> peer;
  std::unique_ptr<Connection> connection;
};

}  // namespace

TEST_CASE("frames sent ahead leave in this turn's write, before those that it asks for") {
  SendAheadTest test;
  test.handler.to_send = {"three"};
  test.connection->wake();
  CHECK(test.connection->send_ahead(make_text("one")));
  CHECK(test.connection->send_ahead(make_text("two")));
  CHECK(test.plan.writes == 0);
  test.settle();
  const std::string sent = net::read_text(*test.peer);
  CHECK(sent == frame_of("one") + frame_of("two") + frame_of("three"));
  CHECK(test.plan.writes == 1);
}

TEST_CASE("a peer that takes no more is sent nothing ahead, until it has read") {
  SendAheadTest test(100);
  CHECK(test.connection->send_ahead(make_text(std::string(150, 'x'))));
  test.settle();
  CHECK_FALSE(test.connection->send_ahead(make_text("refused")));
  while (!net::read_text(*test.peer).empty()) test.settle();
  CHECK(test.connection->send_ahead(make_text("later")));
  test.settle();
  CHECK(net::read_text(*test.peer) == frame_of("later"));
}

TEST_CASE("no more is sent ahead than a connection takes of any queue, and one piece") {
  SendAheadTest test;
  const SharedBytes large = make_text(std::string(40'000, 'x'));
  CHECK(test.connection->send_ahead(large));
  CHECK(test.connection->send_ahead(large));
  CHECK_FALSE(test.connection->send_ahead(large));
}

TEST_CASE("once its end has begun, a connection takes nothing ahead") {
  SendAheadTest closing;
  closing.connection->close(wire::close_normal, "enough");
  CHECK_FALSE(closing.connection->send_ahead(make_text("late")));

  SendAheadTest failed;
  failed.plan.failing_write = 0;
  CHECK(failed.connection->send_ahead(make_text("lost")));
  failed.batcher.flush();
  CHECK_FALSE(failed.connection->send_ahead(make_text("late")));
  failed.settle();
  CHECK(failed.handler.ends == 1);
}

}  // namespace malinka::link
