// SPDX-License-Identifier: MIT
#include "hub/session/outbox.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/limits.h"

namespace malinka::hub {
namespace {

constexpr std::size_t queue_bytes = 1000;

/// An outbox, and parcels for it whose frames have the size that a test wants.
struct OutboxTest {
  QueueMemory memory{1'000'000};
  Counters counters;
  OutboxContext context{queue_bytes, memory, counters};
  Outbox outbox{context};

  ParcelRef make(MessageType type, MemberId sender, std::size_t bytes) {
    ParcelLabel label{.type = type, .sender = sender, .sender_name = "s" + std::to_string(sender)};
    if (sender == hub_id) label.sender_name = "@hub";
    return make_parcel(memory, label, SharedBytes(Bytes(bytes)));
  }
  bool command(MemberId sender, std::size_t bytes) {
    return outbox.push(make(MessageType::command, sender, bytes));
  }
  bool response(MemberId sender, std::size_t bytes) {
    return outbox.push(make(MessageType::response, sender, bytes));
  }
  bool broadcast(MemberId sender, std::size_t bytes) {
    return outbox.push(make(MessageType::broadcast, sender, bytes));
  }
  std::string sizes() {
    std::string text;
    for (const ParcelRef& parcel : outbox.take_all()) text += std::to_string(parcel->bytes()) + " ";
    return text;
  }
};

}  // namespace

TEST_CASE_FIXTURE(OutboxTest, "parcels come out in the order in which they went in") {
  CHECK(command(1, 10));
  CHECK(broadcast(2, 20));
  CHECK(response(hub_id, 30));
  CHECK(command(1, 40));
  CHECK(outbox.pop()->bytes() == 10);
  CHECK(outbox.pop()->bytes() == 20);
  CHECK(outbox.pop()->bytes() == 30);
  CHECK(outbox.pop()->bytes() == 40);
  CHECK(outbox.pop() == nullptr);
}

TEST_CASE_FIXTURE(OutboxTest, "a Command is queued while less than queue_bytes waits") {
  CHECK(command(1, 499));
  CHECK(command(2, 499));
  CHECK(command(3, 499));  // 998 waited.
  CHECK_FALSE(command(4, 1));
  CHECK(outbox.member_bytes() == 1497);
}

TEST_CASE_FIXTURE(OutboxTest, "one message of any size is queued where nothing waits") {
  CHECK(command(1, 100'000));
  CHECK_FALSE(command(2, 1));
}

TEST_CASE_FIXTURE(OutboxTest, "no sender has more than half of a queue and one message") {
  CHECK(command(1, 499));
  CHECK(command(1, 100));
  CHECK_FALSE(command(1, 1));
  CHECK(command(2, 1));
}

TEST_CASE_FIXTURE(OutboxTest, "a sender's share is free again once it was sent") {
  CHECK(command(1, 400));
  CHECK(command(1, 400));
  CHECK_FALSE(command(1, 1));
  (void)outbox.pop();
  CHECK(command(1, 1));
}

TEST_CASE_FIXTURE(OutboxTest, "the oldest Broadcasts make room for a Broadcast") {
  CHECK(broadcast(1, 401));
  CHECK(broadcast(2, 302));
  CHECK(broadcast(3, 303));
  CHECK(broadcast(4, 104));
  CHECK(sizes() == "302 303 104 ");
  CHECK(counters.broadcasts_dropped == 1);
}

TEST_CASE_FIXTURE(OutboxTest,
                  "a sender's own oldest Broadcasts make room where its share is full") {
  CHECK(broadcast(2, 101));
  CHECK(broadcast(1, 302));
  CHECK(broadcast(1, 303));
  CHECK(broadcast(1, 104));
  CHECK(sizes() == "101 303 104 ");
}

TEST_CASE_FIXTURE(OutboxTest, "Broadcasts make no room for a Command") {
  CHECK(broadcast(1, 499));
  CHECK(broadcast(2, 501));
  CHECK_FALSE(command(3, 1));
  CHECK(outbox.member_bytes() == 1000);
}

TEST_CASE_FIXTURE(OutboxTest, "no Broadcast is dropped where that would not make room") {
  CHECK(broadcast(1, 10));
  CHECK(command(2, 499));
  CHECK(command(3, 800));
  CHECK_FALSE(broadcast(4, 1));
  CHECK(sizes() == "10 499 800 ");
}

TEST_CASE_FIXTURE(OutboxTest, "a flood of Broadcasts keeps the queue within its bound") {
  for (int i = 0; i < 1000; ++i) {
    (void)broadcast(1, 30);
    (void)broadcast(2, 30);
    (void)broadcast(3, 30);
    REQUIRE(outbox.member_bytes() < queue_bytes + 30);
  }
  (void)outbox.take_all();
  CHECK(memory.used_bytes() == 0);
}

TEST_CASE_FIXTURE(OutboxTest, "what a full queue is short of goes to whoever asks, as it drains") {
  for (int round = 0; round < 100; ++round) {
    for (MemberId sender = 1; sender <= 4; ++sender)
      while (command(sender, 40)) {
      }
    std::size_t popped = 0;
    while (outbox.pop()) ++popped;
    REQUIRE(popped == 25);  // The last was queued while 960 waited.
  }
}

TEST_CASE_FIXTURE(OutboxTest,
                  "what the hub itself says has a bound of its own beside the members'") {
  CHECK(command(1, 499));
  CHECK(command(2, 600));
  CHECK(response(hub_id, 499));
  CHECK(response(hub_id, 300));
  CHECK_FALSE(response(hub_id, 1));
  CHECK(counters.reports_dropped == 1);
  CHECK(outbox.hub_bytes() == 799);
}

TEST_CASE_FIXTURE(OutboxTest, "the hub's presence makes room for presence, not for others") {
  CHECK(broadcast(1, 100));
  CHECK(broadcast(hub_id, 301));
  CHECK(broadcast(hub_id, 302));
  CHECK(broadcast(hub_id, 103));
  CHECK(sizes() == "100 302 103 ");
  CHECK(outbox.take_drops().at("@hub").broadcasts == 1);
}

TEST_CASE(
    "no queue takes more of members than the memory of the hub has left, but the hub is heard") {
  QueueMemory memory(2000);
  Counters counters;
  const OutboxContext context{1'000'000, memory, counters};
  Outbox full(context);
  Outbox other(context);
  const ParcelLabel label{.type = MessageType::command, .sender = 1, .sender_name = "s1"};
  CHECK(full.push(make_parcel(memory, label, SharedBytes(Bytes(500)))));
  CHECK_FALSE(full.push(make_parcel(memory, label, SharedBytes(Bytes(500)))));
  CHECK(other.push(make_parcel(memory, label, SharedBytes(Bytes(100)))));
  CHECK_FALSE(other.push(make_parcel(memory, label, SharedBytes(Bytes(500)))));

  const ParcelLabel report{.type = MessageType::response, .sender = hub_id, .sender_name = "@hub"};
  CHECK(other.push(make_parcel(memory, report, SharedBytes(Bytes(3000)))));
  CHECK_FALSE(other.push(make_parcel(memory, report, SharedBytes(Bytes(1)))));
}

TEST_CASE(
    "where another shard gives memory back in the middle of a push, nothing else is dropped") {
  constexpr std::size_t memory_bytes = 1'000'000;
  SharedBudget::Sum sum = 0;
  QueueMemory memory(memory_bytes, &sum);
  Counters counters;
  const OutboxContext context{queue_bytes, memory, counters};
  const std::jthread other_shard([&sum](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      sum += memory_bytes;
      sum -= memory_bytes;
    }
  });
  const ParcelRef command =
      make_parcel(memory, {.type = MessageType::command, .sender = 1}, SharedBytes(Bytes(600)));
  const ParcelRef broadcast = make_parcel(memory, {.sender = 2}, SharedBytes(Bytes(1)));
  for (int i = 0; i < 300'000; ++i) {
    Outbox outbox(context);
    while (!outbox.push(command)) {
    }
    (void)outbox.push(broadcast);
    if (outbox.pop() != command) FAIL("it is gone");
  }
  CHECK(counters.broadcasts_dropped == 0);
}

TEST_CASE("a message to many is counted once, and its place in each of their queues") {
  QueueMemory memory(1'000'000);
  Counters counters;
  const ParcelRef parcel = make_parcel(memory, {.sender = 1}, SharedBytes(Bytes(100)));
  const std::size_t without_places = memory.used_bytes();
  {
    const OutboxContext context{queue_bytes, memory, counters};
    Outbox popped(context);
    Outbox emptied(context);
    Outbox destroyed(context);
    for (Outbox* const outbox : {&popped, &emptied, &destroyed}) CHECK(outbox->push(parcel));
    const std::size_t place_bytes = (memory.used_bytes() - without_places) / 3;
    CHECK(place_bytes >= sizeof(ParcelRef) + 2 * sizeof(void*));
    CHECK(popped.pop() == parcel);
    CHECK(memory.used_bytes() == without_places + 2 * place_bytes);
    CHECK(emptied.take_all().size() == 1);
    CHECK(memory.used_bytes() == without_places + place_bytes);
  }
  CHECK(memory.used_bytes() == without_places);
}

TEST_CASE_FIXTURE(OutboxTest,
                  "what was dropped is told by sender, once the recipient keeps up again") {
  CHECK(broadcast(1, 499));
  CHECK(command(2, 499));
  CHECK(command(3, 499));
  CHECK_FALSE(response(4, 10));
  CHECK_FALSE(response(4, 10));
  CHECK_FALSE(command(4, 10));
  CHECK(broadcast(5, 10));  // The first one made room.
  CHECK_FALSE(outbox.has_drops_to_tell());

  while (outbox.pop()) {
  }
  REQUIRE(outbox.has_drops_to_tell());
  const DropCounts drops = outbox.take_drops();
  CHECK(drops.size() == 2);
  CHECK(drops.at("s4").responses == 2);
  CHECK(drops.at("s1").broadcasts == 1);
  CHECK_FALSE(outbox.has_drops_to_tell());
}

TEST_CASE("at most 64 names are kept of those whose messages were dropped") {
  DropLedger ledger;
  for (int i = 0; i < 100; ++i)
    ledger.note({.type = MessageType::broadcast, .sender_name = "s" + std::to_string(i)});
  const DropCounts counts = ledger.take();
  CHECK(counts.size() == limits::dropped_names_max + 1);
  CHECK(counts.at("*").broadcasts == 100 - limits::dropped_names_max);
}

TEST_CASE_FIXTURE(OutboxTest, "nothing passes what waits, nor what is to be told") {
  const ParcelRef parcel = make(MessageType::broadcast, 1, 10);
  CHECK(outbox.lets_pass(*parcel));
  CHECK(command(1, 1000));
  CHECK_FALSE(outbox.lets_pass(*parcel));
  CHECK_FALSE(response(2, 10));
  (void)outbox.pop();
  CHECK_FALSE(outbox.lets_pass(*parcel));
  (void)outbox.take_drops();
  CHECK(outbox.lets_pass(*parcel));
}

TEST_CASE_FIXTURE(OutboxTest, "nothing passes that is more than the memory which is left") {
  const ParcelRef half = make(MessageType::broadcast, 1, 490'000);
  CHECK(outbox.lets_pass(*half));
  const ParcelRef more = make(MessageType::broadcast, 1, 100'000);
  CHECK_FALSE(outbox.lets_pass(*half));
}

}  // namespace malinka::hub
