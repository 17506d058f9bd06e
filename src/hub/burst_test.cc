// SPDX-License-Identifier: MIT
// Many Broadcasts in one turn: each is where it would be if it had come alone.
#include <doctest/doctest.h>

#include <set>

#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

std::string make_broadcast(int number) {
  return R"({"messageType":"Broadcast","value":)" + std::to_string(number) + "}";
}

std::string frame_of(std::string_view text) {
  return to_text(wire::make_frame(wire::Opcode::text, as_bytes(text), wire::Role::client));
}

/// Two who speak and one who listens; all have heard of one another.
struct BurstTest {
  TestHub hub;
  std::unique_ptr<TestClient> phone = hub.join({.subscriber = "phone"});
  std::unique_ptr<TestClient> page = hub.join({.subscriber = "page"});
  std::unique_ptr<TestClient> hall = hub.join({.subscriber = "hall"});

  BurstTest() {
    (void)phone->rest();
    (void)page->rest();
  }

  static void send_all(TestClient& from, int first, int last, const std::string& then = {}) {
    std::string frames;
    for (int i = first; i <= last; ++i) frames += frame_of(make_broadcast(i));
    from.send_bytes(frames + then);
  }
  static void expect_all(TestClient& at_whom, int first, int last) {
    for (int i = first; i <= last; ++i) CHECK(at(at_whom.receive(), "/value") == i);
  }
  /// Those of several senders: which goes first is the hub's to decide.
  static void expect_in_any_order(TestClient& at_whom, int first, int last) {
    std::set<int> expected;
    std::set<int> heard;
    for (int i = first; i <= last; ++i) {
      expected.insert(i);
      heard.insert(at(at_whom.receive(), "/value").get<int>());
    }
    CHECK(heard == expected);
  }
};

}  // namespace

TEST_CASE_FIXTURE(BurstTest, "a thousand Broadcasts at once arrive in order, and count as such") {
  send_all(*phone, 1, 1000);
  expect_all(*hall, 1, 1000);
  expect_all(*page, 1, 1000);
  CHECK_FALSE(phone->next());
  CHECK(hub.counters().copies_sent == 2000);
  CHECK(hub.counters().broadcasts_dropped == 0);
  CHECK(hub.gauges().queued_bytes == 0);
}

TEST_CASE_FIXTURE(BurstTest, "who speaks in the same turn hears the others and not itself") {
  for (const int i : {1, 2, 3}) phone->hold(make_broadcast(i));
  page->send(make_broadcast(4));
  expect_in_any_order(*hall, 1, 4);
  expect_all(*page, 1, 3);
  expect_all(*phone, 4, 4);
  CHECK_FALSE(page->next());
  CHECK_FALSE(phone->next());
}

TEST_CASE_FIXTURE(BurstTest,
                  "copies to who speaks in the same turn count as any, and nothing stays") {
  for (const int i : {1, 2, 3}) phone->hold(make_broadcast(i));
  page->send(make_broadcast(4));
  hub.settle();
  CHECK(hub.counters().copies_sent == 4 + 3 + 1);
  CHECK(hub.counters().broadcasts_dropped == 0);
  CHECK(hub.gauges().queued_bytes == 0);
}

TEST_CASE_FIXTURE(BurstTest, "who joins in the same turn hears what is sent from then on") {
  const auto late = hub.connect();
  late->upgrade();
  phone->hold(make_broadcast(1));
  late->send(make_join_text({.subscriber = "late"}));
  CHECK(at(late->receive(), "/response/responseCode") == 200);
  CHECK_FALSE(late->next());
  expect_all(*hall, 1, 1);
  CHECK(at(hall->receive(), "/name") == "hub.joined");
}

TEST_CASE_FIXTURE(BurstTest, "what one said before it left is heard before that it left") {
  send_all(*phone, 1, 2,
           to_text(wire::make_frame(wire::Opcode::close, ByteView(), wire::Role::client)));
  expect_all(*hall, 1, 2);
  CHECK(at(hall->receive(), "/name") == "hub.left");
}

TEST_CASE_FIXTURE(BurstTest, "a hub that stops sends first what came in the same turn") {
  phone->hold(make_broadcast(1));
  phone->pump();
  ShardGroup& shards = hub.shards();
  for (std::size_t i = 0; i < shards.size(); ++i)
    shards.loop(i).next_turn([&shard = shards.shard(i)] { shard.stop([] {}); });
  expect_all(*hall, 1, 1);
  CHECK(hall->receive_close_code() == wire::close_going_away);
}

TEST_CASE_FIXTURE(BurstTest, "every copy is counted once, also of those who stall or vanish") {
  hall->stop_reading();
  for (int i = 0; i < 20; ++i) send_all(*phone, 1, 500);
  (void)page->rest();
  hall->vanish();
  hub.settle();
  const Counters counters = hub.counters();
  CHECK(counters.copies_sent + counters.broadcasts_dropped == 2 * 20 * 500);
  CHECK(counters.broadcasts_dropped > 0);
  CHECK(hub.gauges().queued_bytes == 0);
}

TEST_CASE_FIXTURE(BurstTest, "one that stalled and reads again has all, in order, then the next") {
  hall->stop_reading();
  send_all(*phone, 1, 5000);
  send_all(*phone, 5001, 5100);
  hall->start_reading();
  send_all(*phone, 5101, 5200);
  expect_all(*hall, 1, 5200);
}

}  // namespace malinka::hub
