// SPDX-License-Identifier: MIT
// Two ends of streams, and the messages between them: docs/protocol.md section 7. How they share a
// link and a queue is in streams_share_test.cc.
#include "client/streams.h"

#include "client/stream_test_support.h"

namespace malinka::client {
namespace {

using protocol::StreamAbort;
using protocol::StreamChunk;
using protocol::StreamCredit;
using protocol::StreamFinish;

constexpr std::size_t waiting_max = limits::stream_waiting_bytes_max;

/// What both owners were told of how their stream ended.
void check_broken(const OpenPair& pair, int code, std::string_view why) {
  for (const StreamOwner* const owner : {&pair.asker, &pair.device}) {
    CHECK(owner->overs == 1);
    REQUIRE(owner->failure);
    CHECK(owner->failure->code == code);
    CHECK(owner->failure->error.contains(why));
  }
}

TEST_CASE("what is sent arrives whole and in order, whatever pieces it was sent in") {
  OpenPair pair;
  const Bytes up = some_bytes(1'000'000);
  const Bytes down = some_bytes(300'000, 7);
  std::size_t step = 1;
  for (ByteView rest = up; !rest.empty(); step = step * 3 + 1) {
    const ByteView piece = rest.first(std::min(rest.size(), step));
    pair.asker.end->send({piece.begin(), piece.end()});
    rest = rest.subspan(piece.size());
  }
  pair.device.end->send(down);
  pair.settle();
  CHECK(pair.device.got == up);
  CHECK(pair.asker.got == down);
}

TEST_CASE("a chunk that is lost breaks the stream off at both ends") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(100'000));
  pair.phone.offer_link();
  REQUIRE(pair.phone.sent.size() == 2);
  pair.phone.sent.pop_front();
  pair.settle();
  check_broken(pair, 503, "a chunk is missing");
  CHECK(pair.device.got.empty());
}

TEST_CASE("a chunk that comes twice breaks the stream off at both ends") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(10));
  pair.phone.offer_link();
  pair.phone.sent.push_back(pair.phone.sent.front());
  pair.settle();
  check_broken(pair, 503, "a chunk is missing");
  CHECK(pair.device.got.size() == 10);
}

TEST_CASE("an end before the last chunk breaks the stream off at both ends") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(10));
  pair.asker.end->end("");
  pair.phone.offer_link();
  REQUIRE(pair.phone.sent.size() == 2);
  pair.phone.sent.pop_front();
  pair.settle();
  check_broken(pair, 503, "a chunk is missing");
  CHECK(pair.device.ends == 0);
}

TEST_CASE("more than was allowed breaks the stream off at both ends") {
  OpenPair pair;
  pair.device.takes = false;
  pair.asker.end->send(some_bytes(limits::stream_window_bytes));
  pair.settle();
  CHECK(pair.device.overs == 0);
  pair.asker.end->send(some_bytes(limits::stream_chunk_bytes_max));
  const StreamKey key{StreamKey::Side::requester, "kitchen", "\"a\""};
  pair.phone.streams.take(key, {.id = key.id, .what = StreamCredit{100'000}}, {});  // A lie.
  pair.settle();
  check_broken(pair, 400, "more was sent than was allowed");
}

TEST_CASE("more credit than a stream may have breaks it off at both ends") {
  OpenPair pair;
  const StreamKey key{StreamKey::Side::requester, "kitchen", "\"a\""};
  pair.phone.streams.take(
      key, {.id = key.id, .what = StreamCredit{limits::stream_credit_bytes_max}}, {});
  pair.settle();
  check_broken(pair, 400, "more was allowed than a stream may have");
}

TEST_CASE("what follows an end breaks the stream off at both ends") {
  OpenPair pair;
  pair.asker.end->end("");
  pair.settle();
  const StreamKey key{StreamKey::Side::executor, "phone", "\"a\""};
  pair.kitchen.streams.take(key, {.id = key.id, .what = StreamChunk{0}}, {});
  pair.settle();
  check_broken(pair, 400, "it went on behind its end");
}

TEST_CASE("a part for an unknown stream is answered by one abort, however many come") {
  StreamPair pair;
  const StreamKey key{StreamKey::Side::executor, "phone", "\"z\""};
  Message chunk;
  chunk.name = "files.write";
  for (std::uint64_t seq = 0; seq < 5; ++seq)
    pair.kitchen.streams.take(key, {.id = key.id, .what = StreamChunk{seq}}, chunk);
  pair.kitchen.streams.take(key, {.id = key.id, .what = StreamFinish{5}}, chunk);
  REQUIRE(pair.kitchen.sent.size() == 1);
  const Message& answer = pair.kitchen.sent[0];
  CHECK(answer.type == MessageType::response);
  CHECK(answer.name == "files.write");
  CHECK(answer.recipients == std::vector<std::string>{"phone"});
  CHECK(answer.stream == R"({"id":"z","abort":{"code":404,"error":"there is no such stream"}})");
}

TEST_CASE("neither an abort nor credit for an unknown stream is answered") {
  StreamPair pair;
  const StreamKey key{StreamKey::Side::requester, "kitchen", "\"z\""};
  pair.phone.streams.take(key, {.id = key.id, .what = StreamAbort{500, "no"}}, {});
  pair.phone.streams.take(key, {.id = key.id, .what = StreamCredit{1000}}, {});
  CHECK(pair.phone.sent.empty());
}

TEST_CASE("what still comes for a stream that has ended is not answered") {
  OpenPair pair;
  pair.device.end->send(some_bytes(100'000));
  pair.asker.end->abort({499, "enough"});
  pair.settle();
  CHECK(pair.kitchen.sent.empty());
  CHECK(pair.phone.sent.empty());
  CHECK(pair.asker.got.empty());
}

TEST_CASE("each end is over once both have ended, and hears that once") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(10));
  pair.asker.end->end(R"({"up":1})");
  pair.settle();
  CHECK(pair.device.ends == 1);
  CHECK(pair.device.end_value == R"({"up":1})");
  CHECK(pair.device.overs == 0);
  pair.device.end->send(some_bytes(20));  // The other direction goes on.
  pair.device.end->end(R"({"down":1})");
  pair.device.end->end("again");
  pair.settle();
  CHECK(pair.asker.got.size() == 20);
  CHECK(pair.asker.end_value == R"({"down":1})");
  CHECK(pair.asker.ends == 1);
  for (const StreamOwner* const owner : {&pair.asker, &pair.device}) {
    CHECK(owner->overs == 1);
    CHECK_FALSE(owner->failure);
  }
}

TEST_CASE("an end that is over, or has ended, sends no more") {
  OpenPair pair;
  pair.asker.end->end("");
  pair.asker.end->send(some_bytes(10));
  pair.device.end->end("");
  pair.settle();
  pair.device.end->send(some_bytes(10));
  pair.asker.end->take(10);
  pair.asker.end->abort({500, "late"});
  pair.settle();
  CHECK(pair.device.got.empty());
  CHECK(pair.phone.sent.empty());
  CHECK(pair.asker.overs == 1);
}

TEST_CASE("who gives up tells the other end at once, and hears of it itself in a later turn") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(10));
  pair.asker.end->abort({499, "the person went away"});
  CHECK(pair.asker.overs == 0);
  REQUIRE(pair.phone.sent.size() == 1);
  CHECK(pair.phone.count<StreamAbort>() == 1);
  pair.settle();
  check_broken(pair, 499, "the person went away");
  CHECK(pair.device.got.empty());  // What waited is not sent any more.
}

TEST_CASE("an end that is destroyed gives its stream up") {
  OpenPair pair;
  pair.asker.end.reset();
  pair.settle();
  CHECK(pair.asker.overs == 0);
  REQUIRE(pair.device.failure);
  CHECK(pair.device.failure->error == "the other end gave it up");
}

TEST_CASE("an end that is destroyed once both have ended says nothing") {
  OpenPair pair;
  pair.asker.end->end("");
  pair.device.end->end("");
  pair.settle();
  pair.asker.end.reset();
  CHECK(pair.phone.sent.empty());
}

TEST_CASE("the streams may go before their ends") {
  StreamOwner asker;
  StreamOwner device;
  {
    StreamPair pair;
    pair.open("\"a\"", asker, device);
    asker.end->send(some_bytes(10));
  }
  asker.end->send(some_bytes(10));
  asker.end->take(0);
  asker.end->end("");
  asker.end->abort({500, "no"});
  asker.end.reset();
  CHECK(asker.overs == 0);
}

TEST_CASE("an owner may destroy its end when a chunk comes") {
  OpenPair pair;
  pair.device.at_chunk = [&] { pair.device.end.reset(); };
  pair.asker.end->send(some_bytes(200'000));
  pair.settle();
  CHECK(pair.device.chunks == 1);
  CHECK(pair.asker.failure);
}

TEST_CASE("an owner may destroy its end when there is room") {
  OpenPair pair;
  pair.asker.at_room = [&] { pair.asker.end.reset(); };
  pair.asker.end->send(some_bytes(2 * waiting_max));
  pair.settle();
  CHECK(pair.asker.rooms == 1);
  CHECK(pair.device.failure);
}

TEST_CASE("an owner may destroy its end when the other one ends") {
  OpenPair pair;
  pair.device.at_end = [&] { pair.device.end.reset(); };
  pair.asker.end->end("");
  pair.settle();
  CHECK(pair.device.ends == 1);
  CHECK(pair.asker.failure);
}

TEST_CASE("an owner may destroy its end when it is over, however that came") {
  OpenPair pair;
  pair.asker.at_over = [&] { pair.asker.end.reset(); };
  pair.device.at_over = [&] { pair.device.end.reset(); };
  SUBCASE("in order") {
    pair.asker.end->end("");
    pair.device.end->end("");
  }
  SUBCASE("given up here") { pair.asker.end->abort({499, "enough"}); }
  SUBCASE("broken off") {
    pair.asker.end->send(some_bytes(100'000));
    pair.phone.offer_link();
    pair.phone.sent.pop_front();
  }
  SUBCASE("with the other one") {
    pair.phone.streams.fail_peer("kitchen", "kitchen left");
    pair.kitchen.streams.fail_all("the link was lost");
  }
  pair.settle();
  CHECK(pair.asker.overs == 1);
  CHECK(pair.device.overs == 1);
  CHECK_FALSE(pair.asker.end);
}

TEST_CASE("who has left ends only its own streams, and is told nothing") {
  OpenPair pair;
  StreamOwner other;
  other.end = pair.phone.streams.open({.key = {StreamKey::Side::requester, "hall", "\"b\""},
                                       .name = "x",
                                       .credit = 100'000,
                                       .window = *pair.phone.streams.reserve_window()},
                                      other);
  CHECK(pair.phone.streams.has_any_with("kitchen"));
  pair.phone.streams.fail_peer("kitchen", "kitchen left");
  REQUIRE(pair.asker.failure);
  CHECK(pair.asker.failure->code == 503);
  CHECK(pair.asker.failure->error == "kitchen left");
  CHECK(pair.phone.sent.empty());
  CHECK_FALSE(pair.phone.streams.has_any_with("kitchen"));
  CHECK(other.overs == 0);
  pair.phone.streams.fail_all("the link to the hub was lost");
  CHECK(other.failure->error == "the link to the hub was lost");
}

TEST_CASE("who is still there is told that a stream with it broke off") {
  OpenPair pair;
  SUBCASE("of its own") { pair.phone.streams.abort_peer("kitchen", "a part was lost"); }
  SUBCASE("as all have") { pair.phone.streams.abort_all("a part was lost"); }
  pair.settle();
  check_broken(pair, 503, "a part was lost");
}

TEST_CASE("a chunk that the hub could not deliver gives its stream up at both ends") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(10));
  pair.phone.offer_link();
  ResponseStatus report{pair.phone.sent[0].id, false, 503, "the hub is short of memory"};
  pair.phone.sent.clear();
  CHECK(pair.phone.streams.take_report(report));
  pair.settle();
  check_broken(pair, 503, "the hub is short of memory");
  CHECK(pair.phone.streams.take_report(report));  // Of a stream that is gone.
  report.request_id = "\"else\"";
  CHECK_FALSE(pair.phone.streams.take_report(report));
}

TEST_CASE("what is said of a chunk that is no report of a failure ends nothing") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(10));
  pair.phone.offer_link();
  CHECK(pair.phone.streams.take_report({pair.phone.sent[0].id, true, 202, {}}));
  pair.settle();
  CHECK(pair.asker.overs == 0);
}

TEST_CASE("of many chunks the latest are known by their ids") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(1));
  pair.phone.offer_link();
  const std::string first = pair.phone.sent[0].id;
  for (std::size_t i = 0; i < limits::stream_ids_max; ++i) {
    pair.asker.end->send(some_bytes(1));
    pair.settle();
  }
  CHECK_FALSE(pair.phone.streams.take_report({first, false, 404, "nobody is there"}));
  CHECK(pair.asker.overs == 0);
}

TEST_CASE("a message that cannot be sent gives its stream up in a later turn") {
  OpenPair pair;
  pair.phone.failing = std::errc::no_buffer_space;
  SUBCASE("a chunk") {
    pair.asker.end->send(some_bytes(10));
    pair.phone.offer_link();
  }
  SUBCASE("credit") {
    pair.device.end->send(some_bytes(limits::stream_window_bytes));
    pair.kitchen.offer_link();
    while (!pair.kitchen.sent.empty()) pair.deliver_one(pair.kitchen);
  }
  CHECK(pair.asker.overs == 0);
  pair.phone.run_put_off();
  REQUIRE(pair.asker.failure);
  CHECK(pair.asker.failure->code == 503);
  CHECK(pair.asker.failure->error == "too much waits to be sent already");
}

}  // namespace
}  // namespace malinka::client
