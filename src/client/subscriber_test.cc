// SPDX-License-Identifier: MIT
// What a joined subscriber makes of messages, and of calls: docs/protocol.md sections 3 to 5.
#include "client/subscriber.h"

#include <array>

#include "client/test_support.h"

using namespace std::chrono_literals;

namespace malinka::client {
namespace {

std::shared_ptr<const Bytes> content_of(std::string_view text) {
  return std::make_shared<const Bytes>(to_bytes(text));
}

std::vector<std::string> names_of(const std::vector<Member>& members) {
  std::vector<std::string> names;
  for (const Member& member : members) names.push_back(member.name);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("a request travels as a Command and comes back as its recipient's answer") {
  World world;
  world.join();
  Heard heard;
  const std::string id = world.ask({"kitchen"}, heard);
  const Json& command = world.hub.texts.back();
  CHECK(command["messageType"] == "Command");
  CHECK(command["name"] == "agent.ping");
  CHECK(command["recipients"] == Json({"kitchen"}));
  CHECK(command["id"].get<std::string>().size() == 16);  // 96 bits

  world.respond("kitchen", id, R"({"time":"now"})");
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "kitchen");
  CHECK(heard.answers[0].is_success);
  CHECK(heard.answers[0].value == R"({"time":"now"})");
  CHECK(heard.done_count == 1);
}

TEST_CASE("a request expires by the hub's clock, however wrong ours is") {
  World world;
  world.join();  // The hub says 2030-06-01, our clock 2026.
  world.clock.advance(10s);
  world.settle();
  Heard heard;
  world.ask({"kitchen"}, heard, 30s);
  CHECK(world.hub.texts.back()["expiresAt"] == "2030-06-01T00:00:40.000Z");
}

TEST_CASE("a request without an answer in time is answered with 408") {
  World world;
  world.join();
  Heard heard;
  world.ask({"kitchen"}, heard, 30s);
  world.pass(30s - 1ms);
  CHECK(heard.done_count == 0);
  world.pass(1ms);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 408);
  CHECK(heard.done_count == 1);
}

TEST_CASE("of requests with different deadlines each expires at its own") {
  World world;
  world.join();
  Heard later;
  Heard sooner;
  world.ask({"kitchen"}, later, 30s);
  world.ask({"kitchen"}, sooner, 10s);
  world.pass(10s);
  CHECK(sooner.done_count == 1);
  CHECK(later.done_count == 0);
  world.pass(20s);
  CHECK(later.done_count == 1);
}

TEST_CASE("an answer that comes too late is not heard") {
  World world;
  world.join();
  Heard heard;
  const std::string id = world.ask({"kitchen"}, heard, 30s);
  world.pass(30s);
  world.respond("kitchen", id);
  CHECK(heard.answers.size() == 1);
}

TEST_CASE("a recipient named twice is asked once") {
  World world;
  world.join();
  Heard heard;
  const std::string id = world.ask({"kitchen", "kitchen"}, heard);
  CHECK(world.hub.texts.back()["recipients"] == Json({"kitchen"}));
  world.respond("kitchen", id);
  CHECK(heard.done_count == 1);
}

TEST_CASE("a lost link fails what is pending: not known whether it was carried out") {
  World world;
  world.join();
  Heard heard;
  world.ask({"kitchen", "hall"}, heard);
  world.hub.drop();
  world.settle();
  REQUIRE(heard.answers.size() == 2);
  CHECK(heard.answers[0].code == 503);
  CHECK(heard.answers[0].error.find("not known whether it was carried out") != std::string::npos);
  CHECK(heard.done_count == 1);
}

TEST_CASE("an answer that crosses a new link is not taken for one of the old") {
  World world;
  world.join();
  Heard heard;
  const std::string id = world.ask({"kitchen"}, heard);
  world.hub.drop();
  world.settle();
  world.pass(first_retry_max);
  world.join();
  world.respond("kitchen", id);
  CHECK(heard.answers.size() == 1);
}

TEST_CASE("a request without a link fails in a later turn, never inside the call") {
  World world;
  Heard heard;
  world.subscriber.request(
      {.recipients = {"kitchen"}, .name = "agent.ping", .value = {}, .blob = {}},
      [&](const Answer& answer) { heard.answers.push_back(answer); }, [&] { ++heard.done_count; });
  CHECK(heard.answers.empty());
  world.settle();
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "kitchen");
  CHECK(heard.answers[0].code == 503);
  CHECK(heard.done_count == 1);
}

TEST_CASE("hub.left fails what waits for the one who left") {
  World world;
  world.join();
  Heard heard;
  world.ask({"kitchen", "hall"}, heard);
  world.tell(protocol::make_left("kitchen", protocol::LeaveReason::lost));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "kitchen");
  CHECK(heard.answers[0].code == 503);
  CHECK(heard.answers[0].error.find("not known") != std::string::npos);
}

TEST_CASE("after the 202 of a request to all, hub.left fails the missing ones") {
  World world;
  world.join();
  Heard heard;
  const std::string id = world.ask({"*"}, heard);
  const std::vector<std::string_view> went_to = {"kitchen", "hall"};
  world.tell(protocol::make_accepted(id, "phone", went_to));
  world.respond("hall", id);
  world.tell(protocol::make_left("kitchen", protocol::LeaveReason::left));
  CHECK(heard.answers.size() == 2);
  CHECK(heard.done_count == 1);
}

TEST_CASE("hub.dropped fails what waits for those whose answers were dropped") {
  World world;
  world.join();
  Heard heard;
  world.ask({"kitchen", "hall"}, heard);
  world.tell(protocol::make_dropped({{"kitchen", {0, 1}}, {"hall", {5, 0}}}));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "kitchen");
  CHECK(heard.answers[0].code == 503);
}

TEST_CASE("hub.dropped of too many to name, or of the hub's own reports, fails all that waits") {
  for (const std::string from : {"*", "@hub"}) {
    CAPTURE(from);
    World world;
    world.join();
    Heard heard;
    world.ask({"kitchen", "hall"}, heard);
    world.tell(protocol::make_dropped({{from, {0, 9}}}));
    CHECK(heard.answers.size() == 2);
    CHECK(heard.done_count == 1);
  }
}

TEST_CASE("members are those of the join, and presence changes them") {
  World world;
  world.join();
  CHECK(names_of(world.subscriber.members()) == Names{"hall", "kitchen"});
  world.tell(protocol::make_joined("attic", true));
  world.tell(protocol::make_left("hall", protocol::LeaveReason::left));
  CHECK(names_of(world.subscriber.members()) == Names{"attic", "kitchen"});
  CHECK(world.subscriber.members()[0].is_device);
  CHECK(world.listener.events.size() == 2);
}

TEST_CASE("without a link nobody is there") {
  World world;
  world.join();
  world.hub.drop();
  world.settle();
  CHECK(world.subscriber.members().empty());
}

TEST_CASE("only the hub is believed about presence and what was dropped") {
  World world;
  world.join();
  Heard heard;
  world.ask({"kitchen"}, heard);
  for (const std::string name : {"hub.left", "hub.joined", "hub.dropped"})
    world.tell(R"({"messageType":"Broadcast","originator":"mallory","name":")" + name +
               R"(","value":{"subscriber":"kitchen","from":{"kitchen":{"responses":1}}}})");
  CHECK(names_of(world.subscriber.members()) == Names{"hall", "kitchen"});
  CHECK(heard.answers.empty());
  CHECK(world.listener.events.size() == 3);  // Passed on, with who sent them.
}

TEST_CASE("a blob travels as a binary message, both ways") {
  World world;
  world.join();
  REQUIRE(world.subscriber.broadcast(
      "camera.picture", "{}", Blob{"a.jpg", "image/jpeg", content_of("\xff\xd8")}, Access::view));
  world.settle();
  REQUIRE(world.hub.binaries.size() == 1);
  const auto sent = protocol::decode_binary_message(world.hub.binaries.front());
  REQUIRE(sent);
  CHECK(sent->blob->name == "a.jpg");
  CHECK(*sent->blob->content == to_bytes("\xff\xd8"));

  Message message = *sent;
  message.originator = "kitchen";
  world.hub.send(wire::Opcode::binary, protocol::encode_message(message)->payload);
  world.settle();
  REQUIRE(world.listener.events.size() == 1);
  CHECK(*world.listener.events.front().blob->content == to_bytes("\xff\xd8"));
}

TEST_CASE("a hub that takes text only is sent a blob as base64") {
  World world;
  world.hub.has_subprotocol = false;
  world.join();
  REQUIRE(world.subscriber.broadcast("picture", "{}", Blob{"a", "b", content_of("hello")},
                                     Access::view));
  world.settle();
  CHECK(world.hub.binaries.empty());
  CHECK(world.hub.texts.back()["blob"]["content"] == "aGVsbG8=");
}

TEST_CASE("a command comes in, and its answer goes out to the asker, once") {
  World world;
  world.join();
  world.tell(
      R"({"messageType":"Command","id":7,"name":"agent.ping","originator":"hall","recipients":["phone"],"value":{}})");
  REQUIRE(world.listener.commands.size() == 1);
  const Message command = world.listener.commands.front();
  REQUIRE(world.subscriber.answer(
      command,
      {.from = {}, .code = 200, .is_success = true, .error = {}, .value = "1", .blob = {}}));
  REQUIRE(world.subscriber.answer(
      command,
      {.from = {}, .code = 500, .is_success = false, .error = "no", .value = {}, .blob = {}}));
  world.settle();
  REQUIRE(world.hub.texts.size() == 1);
  const Json& response = world.hub.texts.front();
  CHECK(response["messageType"] == "Response");
  CHECK(response["recipients"] == Json({"hall"}));
  CHECK(response["name"] == "agent.ping");
  CHECK(response["response"] == Json({{"requestId", 7}, {"success", true}, {"responseCode", 200}}));
  CHECK(response["value"] == 1);
}

TEST_CASE("a command without an id is answered with a null requestId") {
  World world;
  world.join();
  world.tell(R"({"messageType":"Command","name":"x","originator":"hall","recipients":["phone"]})");
  REQUIRE(world.subscriber.answer(
      world.listener.commands.front(),
      {.from = {}, .code = 403, .is_success = false, .error = "no", .value = {}, .blob = {}}));
  world.settle();
  CHECK(world.hub.texts.front()["response"]["requestId"].is_null());
  CHECK(world.hub.texts.front()["response"]["success"] == false);
}

TEST_CASE("an answer is dropped when the link that the command came by is gone") {
  World world;
  world.join();
  world.tell(
      R"({"messageType":"Command","id":7,"name":"x","originator":"hall","recipients":["phone"]})");
  world.hub.drop();
  world.settle();
  world.pass(first_retry_max);
  world.join();
  REQUIRE(world.subscriber.answer(world.listener.commands.front(), {}));
  world.settle();
  CHECK(world.hub.texts.empty());
}

TEST_CASE("an answer that is larger than the hub accepts becomes one that says so") {
  World world;
  world.join();
  world.tell(
      R"({"messageType":"Command","id":7,"name":"x","originator":"hall","recipients":["phone"]})");
  const std::string large = '"' + std::string(2U << 20, 'a') + '"';
  REQUIRE(world.subscriber.answer(
      world.listener.commands.front(),
      {.from = {}, .code = 200, .is_success = true, .error = {}, .value = large, .blob = {}}));
  world.settle();
  REQUIRE(world.hub.texts.size() == 1);
  CHECK(world.hub.texts.front()["response"]["responseCode"] == 413);
}

TEST_CASE("a request that is larger than the hub accepts is answered with 413 here") {
  World world;
  world.join();
  Heard heard;
  world.subscriber.request(
      {.recipients = {"kitchen"},
       .name = "x",
       .value = '"' + std::string(2U << 20, 'a') + '"',
       .blob = {}},
      [&](const Answer& answer) { heard.answers.push_back(answer); }, [&] { ++heard.done_count; });
  world.settle();
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 413);
  CHECK(heard.done_count == 1);
}

TEST_CASE("what waits to be sent is bounded, and beyond it sending fails") {
  SubscriberSettings settings = test_settings();
  settings.outbox_bytes_max = 1U << 20;
  World world(settings);
  world.join();
  world.hub.connection->pause_reading();
  const std::string value = '"' + std::string(100'000, 'a') + '"';
  Result<void> sent;
  int count = 0;
  for (; sent && count < 100; ++count) {
    sent = world.subscriber.broadcast("x", value, {}, Access::view);
    world.settle();
  }
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == std::errc::no_buffer_space);
  CHECK(count < 20);

  Heard heard;
  world.ask({"kitchen"}, heard);  // A small one has room; nothing is stuck.
  world.hub.connection->resume_reading();
  world.settle();
  net::run_turns(*world.loop, 100);
  CHECK(world.subscriber.broadcast("x", value, {}, Access::view));
}

TEST_CASE("a broadcast without a link fails") {
  World world;
  const auto sent = world.subscriber.broadcast("x", "1", {}, Access::view);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == std::errc::not_connected);
}

TEST_CASE("closing answers what is pending") {
  World world;
  world.join();
  Heard heard;
  world.ask({"kitchen"}, heard);
  world.subscriber.close(5s, [] {});
  CHECK(heard.done_count == 0);
  world.settle();
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 503);
  CHECK(heard.done_count == 1);
}

/// What a hostile hub or member may send: `ID` stands for the id of a request that waits.
constexpr std::array nonsense = {
    "",
    "null",
    "{}",
    "[1,2",
    R"({"messageType":"Join"})",
    R"({"messageType":"Broadcast","name":"x","id":1,"id":2})",
    R"({"messageType":"Response","originator":"kitchen"})",
    R"({"messageType":"Response","originator":"kitchen","recipients":["phone"],"response":7})",
    R"({"messageType":"Response","originator":"kitchen","recipients":["phone"],"response":{}})",
    R"({"messageType":"Response","originator":"kitchen","recipients":["phone"],"response":{"requestId":[ID]}})",
    R"({"messageType":"Response","recipients":["phone"],"response":{"requestId":ID,"success":true}})",
    R"({"messageType":"Broadcast","originator":"@hub","name":"hub.left"})",
    R"({"messageType":"Broadcast","originator":"@hub","name":"hub.left","value":[]})",
    R"({"messageType":"Broadcast","originator":"@hub","name":"hub.joined","value":{"subscriber":7}})",
    R"({"messageType":"Broadcast","originator":"@hub","name":"hub.joined","value":{"subscriber":"@hub"}})",
    R"({"messageType":"Broadcast","originator":"@hub","name":"hub.dropped","value":{"from":[1]}})",
    R"({"messageType":"Broadcast","originator":"@hub","name":"hub.dropped","value":{"from":{"kitchen":3}}})",
};

std::string with_id(std::string text, const std::string& id) {
  if (const std::size_t mark = text.find("ID"); mark != std::string::npos)
    text.replace(mark, 2, id);
  return text;
}

TEST_CASE("text messages that make no sense change nothing") {
  World world;
  world.join();
  Heard heard;
  const std::string id = world.ask({"kitchen"}, heard);
  for (const char* const text : nonsense) {
    CAPTURE(text);
    world.tell(with_id(text, id));
    CHECK(heard.answers.empty());
  }
  world.tell(std::string(5000, '['));
  CHECK(names_of(world.subscriber.members()) == Names{"hall", "kitchen"});
  world.respond("kitchen", id);
  CHECK(heard.done_count == 1);
}

TEST_CASE("binary messages that make no sense change nothing") {
  World world;
  world.join();
  for (const std::string_view bytes : {"", "\x01", "\xff\xff\xff\xff", "\x02\x01\x01\x01{}"}) {
    world.hub.send(wire::Opcode::binary, as_bytes(bytes));
    world.settle();
  }
  CHECK(world.listener.events.empty());
  CHECK(world.subscriber.status().state == ClientState::joined);
}

}  // namespace
}  // namespace malinka::client
