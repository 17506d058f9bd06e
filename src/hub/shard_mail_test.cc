// SPDX-License-Identifier: MIT
#include "hub/shard_mail.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "hub/far_member.h"

namespace malinka::hub {
namespace {

/// Writes down each letter as `messages>recipients`.
struct Scribe final : DeliveryHandler {
  void deliver(const Delivery& delivery) noexcept override {
    for (const auto& message : delivery.messages) said += to_text(message.frame.view());
    said += delivery.joined ? "=" + to_text(delivery.joined->view()) + ">" : ">";
    for (const MemberId recipient : delivery.recipients) said += std::to_string(recipient);
    said += ' ';
  }
  std::string said;
};

/// What members need of their shard, written down as well.
struct Host final : FarMemberHost {
  void ask(const FarMember&, std::chrono::milliseconds) noexcept override { said += "asked "; }
  void on_room_again(MemberId member) noexcept override {
    said += "room for " + std::to_string(member) + " ";
  }
  std::string said;
};

struct ShardMailTest {
  ManualClock clock;
  std::unique_ptr<net::Loop> here = *net::Loop::create(clock);
  std::unique_ptr<net::Loop> there = *net::Loop::create(clock);
  QueueMemory memory{4096};
  Counters counters;
  Scribe scribe;
  Host host;
  ShardMail mail{{.here = *here, .there = *there, .shard = 1, .handler = scribe}, memory};

  ParcelRef make(const std::string& text, MemberId sender = 9) {
    return make_parcel(memory,
                       {.type = MessageType::broadcast, .sender = sender, .sender_name = "s"},
                       SharedBytes(to_bytes(text)));
  }
  FarMember make_member(MemberId id) { return {{.id = id}, mail, counters, host}; }
  std::string exchange() {
    mail.send();
    there->run_turn(std::chrono::milliseconds(0));
    here->run_turn(std::chrono::milliseconds(0));
    return std::exchange(scribe.said, {});
  }
};

}  // namespace

TEST_CASE_FIXTURE(ShardMailTest, "a message to many is one letter, and nothing of it stays") {
  {
    const ParcelRef parcel = make("a");
    for (const MemberId recipient : {1, 2, 3}) mail.deliver(parcel, recipient);
  }
  CHECK(memory.used_bytes() > 0);
  CHECK(exchange() == "a>123 ");
  CHECK(memory.used_bytes() == 0);
}

TEST_CASE_FIXTURE(ShardMailTest, "a message in two forms is two letters, whoever takes which") {
  const ParcelRef text = make("t");
  const ParcelRef binary = make("b");
  for (const MemberId recipient : {1, 2, 3, 4})
    mail.deliver(recipient % 2 ? text : binary, recipient);
  CHECK(exchange() == "t>13 b>24 ");
}

TEST_CASE_FIXTURE(ShardMailTest, "messages one after the other stay so") {
  for (const std::string text : {"a", "b", "c", "d"}) {
    const ParcelRef parcel = make(text);
    for (const MemberId recipient : {1, 2}) mail.deliver(parcel, recipient);
  }
  CHECK(exchange() == "a>12 b>12 c>12 d>12 ");
}

TEST_CASE_FIXTURE(ShardMailTest, "what the hub says in the middle of a message stays there") {
  const ParcelRef message = make("m");
  mail.deliver(message, 1);
  mail.deliver(make("h", hub_id), 2);
  mail.deliver(message, 2);
  CHECK(exchange() == "m>1 h>2 m>2 ");
}

TEST_CASE_FIXTURE(ShardMailTest,
                  "a burst to many is one letter, also to those who said some of it") {
  Burst burst;
  burst.add({make("a", 1), 1});
  burst.add({make("b", 2), 1});
  burst.join_frames(memory);
  FarMember one = make_member(1);
  FarMember two = make_member(2);
  FarMember three = make_member(3);
  for (FarMember* const member : {&one, &two, &three}) CHECK(burst.deliver_to(*member) == 0);
  CHECK(exchange() == "ab=ab>123 ");
}

TEST_CASE_FIXTURE(ShardMailTest, "letters and deliveries are carried out in order, then receipts") {
  std::string done;
  mail.deliver(make("a"), 1);
  mail.add([this] { scribe.said += "letter "; });
  mail.add_receipt([&] { done = scribe.said + "receipt"; });
  mail.deliver(make("b"), 1);
  CHECK(exchange() == "a>1 letter b>1 ");
  CHECK(done == "a>1 letter b>1 receipt");
}

TEST_CASE_FIXTURE(ShardMailTest,
                  "where too much is on its way, members take no more until it came") {
  FarMember one = make_member(1);
  FarMember two = make_member(2);
  const std::string large(2000, 'x');
  const ParcelRef first = make(large);
  CHECK(one.queue(first));
  CHECK(two.queue(first));  // The same letter.
  CHECK_FALSE(one.queue(make(large)));
  Burst burst;
  burst.add({make(large, 2), large.size()});
  burst.add({make("b"), 1});
  burst.join_frames(memory);
  CHECK(burst.deliver_to(two) == 0);
  CHECK(counters.broadcasts_dropped == 1);  // It said the other one.
  CHECK(host.said.empty());
  CHECK(exchange() == large + ">12 ");
  CHECK(host.said == "room for 1 room for 2 ");
  CHECK(one.take_drops().at("s").broadcasts == 1);
  CHECK(two.take_drops().at("s").broadcasts == 1);
  CHECK(one.queue(make("c")));
  CHECK(exchange() == "c>1 ");
}

TEST_CASE_FIXTURE(ShardMailTest, "a join is answered whatever else is on its way") {
  FarMember member = make_member(1);
  CHECK(member.queue(make(std::string(3000, 'x'))));
  CHECK_FALSE(member.queue(make("y")));
  FarMember newcomer = make_member(2);
  CHECK(newcomer.queue(make("answer")));
  CHECK_FALSE(newcomer.queue(make("z")));
}

TEST_CASE_FIXTURE(ShardMailTest, "a far member is asked once for all who wait for its answer") {
  FarMember one = make_member(1);
  int answers = 0;
  for (int i = 0; i < 3; ++i)
    CHECK(one.probe(std::chrono::seconds(1), [&](bool is_alive) noexcept { answers += is_alive; }));
  CHECK(host.said == "asked ");
  one.answer_probes(true);
  CHECK(answers == 3);
}

}  // namespace malinka::hub
