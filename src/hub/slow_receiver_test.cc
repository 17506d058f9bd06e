// SPDX-License-Identifier: MIT
// One that does not read: docs/protocol.md section 4. Nothing is lost in silence, and nobody else
// waits.
#include <doctest/doctest.h>

#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

/// Queues of 64 KiB, and one in the channel who does not read.
struct SlowReceiverTest {
  static Config small_queues() {
    Config config;
    config.queue_bytes = 64UL * 1024;
    return config;
  }

  TestHub hub{small_queues()};
  std::unique_ptr<TestClient> phone = hub.join({.subscriber = "phone"});
  std::unique_ptr<TestClient> hall = hub.join({.subscriber = "hall"});
  std::unique_ptr<TestClient> slow = hub.join({.subscriber = "slow"});
  const std::string filler = std::string(4000, 'x');

  SlowReceiverTest() {
    (void)phone->rest();
    (void)hall->rest();
    slow->stop_reading();
  }

  void send(TestClient& from, const std::string& type, int id, const std::string& more = {}) {
    from.send(R"({"messageType":")" + type + R"(","id":)" + std::to_string(id) + more +
              R"(,"value":")" + filler + "\"}");
  }
  static int count(const std::string& text, const std::string& what) {
    int found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++found;
    return found;
  }
};

constexpr const char* to_slow = R"(,"recipients":["slow"])";

}  // namespace

TEST_CASE_FIXTURE(SlowReceiverTest, "a Command for which there is no room is reported with 503") {
  for (int i = 0; i < 100; ++i) send(*phone, "Command", i, to_slow);
  const std::string told = phone->rest();
  const int refused = count(told, R"("responseCode":503)");
  CHECK(refused > 20);

  slow->start_reading();
  const std::string got = slow->rest();
  CHECK(count(got, R"("originator":"phone")") == 100 - refused);
  CHECK(count(got, "hub.dropped") == 0);
}

TEST_CASE_FIXTURE(SlowReceiverTest, "what has left its queue counts until it has gone out") {
  const std::size_t before = hub.gauges().queued_bytes;
  const std::string large(500'000, 'x');
  phone->send(R"({"messageType":"Broadcast","value":")" + large + "\"}");
  hub.advance(std::chrono::seconds(5));
  CHECK(hall->rest().size() > large.size());
  CHECK(hub.gauges().queued_bytes > before + large.size());

  slow->start_reading();
  hub.advance(std::chrono::seconds(5));
  CHECK(slow->rest().size() > large.size());
  CHECK(hub.gauges().queued_bytes == before);
}

TEST_CASE_FIXTURE(SlowReceiverTest, "a slow receiver costs the others nothing") {
  for (int i = 0; i < 200; ++i) {
    send(*phone, "Broadcast", i);
    REQUIRE(at(hall->receive(), "/id") == i);
  }
  CHECK(phone->rest().empty());
}

TEST_CASE_FIXTURE(SlowReceiverTest,
                  "a sender that fills its half leaves the other half to the others") {
  for (int i = 0; i < 100; ++i) send(*phone, "Command", i, to_slow);
  (void)phone->rest();
  send(*hall, "Command", 1, to_slow);
  CHECK_FALSE(hall->next());
  slow->start_reading();
  CHECK(slow->rest().contains(R"("originator":"hall")"));
}

TEST_CASE_FIXTURE(SlowReceiverTest,
                  "the oldest Broadcasts make room, and what was dropped is told in numbers") {
  for (int i = 0; i < 100; ++i) send(*phone, "Broadcast", i);
  slow->start_reading();
  const std::string got = slow->rest();
  const int arrived = count(got, R"("id":)");
  CHECK(got.contains(R"("id":99)"));
  CHECK(got.contains(R"("name":"hub.dropped")"));
  CHECK(got.contains(R"({"from":{"phone":{"broadcasts":)" + std::to_string(100 - arrived) +
                     R"(,"responses":0}}})"));
  CHECK(hub.counters().broadcasts_dropped == static_cast<std::uint64_t>(100 - arrived));
}

TEST_CASE_FIXTURE(SlowReceiverTest, "every copy that was to be made is counted once") {
  for (int i = 0; i < 60; ++i) {
    send(*phone, "Command", i, R"(,"recipients":["*"])");
    send(*hall, "Broadcast", i);
    send(*hall, "Command", i, to_slow);
  }
  slow->vanish();
  (void)phone->rest();
  (void)hall->rest();
  const Counters counters = hub.counters();
  const std::uint64_t failed = counters.copies_failed.total();
  CHECK(counters.copies_sent + failed + counters.broadcasts_dropped == 60 * (2 + 2 + 1));
  CHECK(hub.gauges().queued_bytes == 0);
}

TEST_CASE_FIXTURE(SlowReceiverTest, "a Response that was dropped is told to both sides") {
  for (int i = 0; i < 100; ++i) send(*phone, "Response", i, to_slow);
  const int refused = count(phone->rest(), R"("responseCode":503)");
  CHECK(refused > 20);
  slow->start_reading();
  CHECK(slow->rest().contains(R"("phone":{"broadcasts":0,"responses":)" + std::to_string(refused)));
}

TEST_CASE_FIXTURE(SlowReceiverTest,
                  "a Command that expires while it waits is reported with 408, not sent") {
  for (int i = 0; i < 20; ++i) send(*hall, "Broadcast", i);  // More than the stream holds.
  (void)phone->rest();
  send(*phone, "Command", 77, R"(,"recipients":["slow"],"expiresAt":"2026-01-01T00:00:10Z")");
  CHECK_FALSE(phone->next());
  hub.advance(std::chrono::seconds(11));
  slow->start_reading();
  const std::string got = slow->rest();
  CHECK_FALSE(got.contains(R"("id":77)"));
  const Json report = phone->receive();
  CHECK(at(report, "/response/responseCode") == 408);
  CHECK(at(report, "/response/requestId") == 77);
  CHECK(at(report, "/value/recipient") == "slow");
}

TEST_CASE_FIXTURE(SlowReceiverTest, "what waited for one that left is reported with 404") {
  for (int i = 0; i < 24; ++i) send(*phone, "Command", i, to_slow);
  const int refused = count(phone->rest(), R"("responseCode":503)");
  slow->vanish();
  const std::string told = phone->rest();
  const Counters counters = hub.counters();
  const int gone = count(told, R"("responseCode":404)");
  CHECK(gone > 0);
  CHECK(static_cast<int>(counters.copies_sent) + refused + gone == 24);
  CHECK(told.contains("hub.left"));
  CHECK(hub.gauges().queued_bytes == 0);
}

TEST_CASE_FIXTURE(SlowReceiverTest, "a report for a sender that left since is nobody's") {
  for (int i = 0; i < 20; ++i) send(*phone, "Command", i, to_slow);
  phone->vanish();
  const auto namesake = hub.join({.subscriber = "phone"});
  slow->vanish();
  CHECK(namesake->rest().contains("hub.left"));
  CHECK_FALSE(namesake->rest().contains("404"));
}

TEST_CASE("what was dropped before a join could be answered is told behind the answer") {
  TestHub hub({.wide_channel_members = 100, .queue_bytes = 4000});
  // Accepted where its channel lives, behind others: it need not move, and joins in the turn of
  // what is dropped.
  const std::size_t home = hub.shards().commons().home_of("home");
  std::vector<std::unique_ptr<TestClient>> before((home + hub.shards().size() - 1) %
                                                  hub.shards().size());
  for (auto& client : before) client = hub.connect();
  const auto newcomer = hub.connect();
  newcomer->upgrade();
  const auto phone = hub.join({.subscriber = "phone"});
  newcomer->hold(make_join_text({.subscriber = "newcomer"}));
  phone->hold(R"({"messageType":"Broadcast","value":")" + std::string(3000, 'x') + "\"}");
  phone->send(R"({"messageType":"Broadcast","name":"last"})");
  CHECK(at(newcomer->receive(), "/name") == "Join");
  CHECK(at(newcomer->receive(), "/value/from/phone/broadcasts") == 1);
  CHECK(at(newcomer->receive(), "/name") == "last");
}

TEST_CASE("one that sends and does not read its reports is not listened to, and loses none") {
  Config config;
  config.queue_bytes = 1024UL * 1024;
  TestHub hub(config);
  const auto phone = hub.join({.subscriber = "phone"});
  phone->stop_reading();
  std::string commands;
  for (int i = 0; i < 5000; ++i)
    commands += as_text(wire::make_frame(
        wire::Opcode::text, as_bytes(R"({"messageType":"Command","id":1,"recipients":["absent"]})"),
        wire::Role::client));
  phone->send_bytes(commands);
  hub.settle();
  const Counters counters = hub.counters();
  CHECK(counters.messages_received < 5000);
  const std::size_t report_bytes = hub.gauges().queued_bytes / counters.messages_received;
  CHECK(hub.gauges().queued_bytes < config.queue_bytes + 10 * report_bytes);

  phone->start_reading();
  int reports = 0;
  for (auto report = phone->next(); report; report = phone->next()) ++reports;
  CHECK(reports == 5000);
  CHECK(counters.reports_dropped == 0);
}

TEST_CASE("all queues together hold what the operator allows, and the rest is reported") {
  Config config;
  config.queued_bytes_max = 1024UL * 1024;
  TestHub hub(config);
  const auto phone = hub.join({.subscriber = "phone"});
  std::vector<std::unique_ptr<TestClient>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(hub.join({.subscriber = "slow" + std::to_string(i)}));
    slow.back()->stop_reading();
  }
  (void)phone->rest();
  const std::string filler(64UL * 1024, 'x');
  for (int i = 0; i < 80; ++i)
    phone->send(R"({"messageType":"Command","id":)" + std::to_string(i) +
                R"(,"recipients":["slow)" + std::to_string(i % 8) + R"("],"value":")" + filler +
                "\"}");
  CHECK(hub.gauges().queued_bytes < config.queued_bytes_max + 128UL * 1024);
  CHECK(phone->rest().contains(R"("responseCode":503)"));
}

TEST_CASE("members that never read leave the others of the hub room for their messages") {
  Config config;
  config.queued_bytes_max = 4UL * 1024 * 1024;
  TestHub hub(config);
  const auto flooder = hub.join({.channel = "flooded", .subscriber = "flooder"});
  std::vector<std::unique_ptr<TestClient>> deaf;
  for (int i = 0; i < 8; ++i) {
    deaf.push_back(hub.join({.channel = "flooded", .subscriber = "deaf" + std::to_string(i)}));
    deaf.back()->stop_reading();
  }
  const std::string filler(64UL * 1024, 'x');
  for (int i = 0; i < 200; ++i)
    flooder->send(R"({"messageType":"Command","id":1,"recipients":["deaf)" + std::to_string(i % 8) +
                  R"("],"value":")" + filler + "\"}");
  hub.settle();

  const auto phone = hub.join({.subscriber = "phone"});
  const auto pi = hub.join({.subscriber = "pi"});
  (void)phone->rest();
  const std::string large(150UL * 1024, 'x');
  phone->send(R"({"messageType":"Command","id":2,"recipients":["pi"],"value":")" + large + "\"}");
  CHECK(at(pi->receive(), "/originator") == "phone");
  CHECK_FALSE(phone->next());
}

}  // namespace malinka::hub
