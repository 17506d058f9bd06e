// SPDX-License-Identifier: MIT
// Streams of a joined subscriber: how they are asked for and accepted, as what they travel, and
// what ends them. docs/protocol.md section 7.
#include <set>

#include "client/stream_worlds.h"

using namespace std::chrono_literals;

namespace malinka::client {
namespace {

/// What an owner was told of how its stream ended.
void check_ended(const StreamOwner& owner, int code, std::string_view why) {
  CHECK(owner.overs == 1);
  REQUIRE(owner.failure);
  CHECK(owner.failure->code == code);
  CHECK(owner.failure->error == why);
}

/// The hub's words for a message of the phone that it could not deliver.
std::string report_of(const std::string& id, int code) {
  return R"({"messageType":"Response","originator":"@hub","recipients":["phone"],)"
         R"("value":{"recipient":"kitchen"},"response":{"requestId":)" +
         id + R"(,"success":false,"responseCode":)" + std::to_string(code) +
         R"(,"error":"kitchen is not here"}})";
}

std::string command_of(const std::string& stream, int id = 7) {
  return R"({"messageType":"Command","name":"files.read","originator":"phone",)"
         R"("recipients":["kitchen"],"id":)" +
         std::to_string(id) + R"(,"stream":)" + stream + "}";
}

TEST_CASE("who asks for a stream says how much it can receive") {
  StreamWorlds worlds;
  worlds.ask();
  const Message& command = worlds.tape.front();
  CHECK(command.type == MessageType::command);
  CHECK(command.name == "files.write");
  CHECK(command.value == R"({"path":"/x"})");
  CHECK(command.stream == R"({"window":131072})");
}

TEST_CASE("a device that answers without a stream gives none") {
  StreamWorlds worlds;
  worlds.ask();
  const Message& command = worlds.kitchen.listener.commands.at(0);
  SUBCASE("it says no") { (void)worlds.kitchen.subscriber.answer(command, answer_with(404)); }
  SUBCASE("it knows of no streams") {
    (void)worlds.kitchen.subscriber.answer(command, answer_with(200));
  }
  SUBCASE("it writes nonsense") {
    worlds.phone.tell(R"({"messageType":"Response","originator":"kitchen","recipients":["phone"],)"
                      R"("stream":{"window":-1},)"
                      R"("response":{"requestId":)" +
                      command.id + R"(,"success":true,"responseCode":200}})");
  }
  worlds.carry();
  CHECK(worlds.answers.size() == 1);
  CHECK_FALSE(worlds.asker.end);
}

TEST_CASE("an accepted stream carries bytes both ways, however many") {
  StreamWorlds worlds;
  worlds.open();
  const Bytes up = some_bytes(700'000);
  const Bytes down = some_bytes(500'000, 7);
  worlds.asker.end->send(up);
  worlds.device.end->send(down);
  worlds.asker.end->end("");
  worlds.device.end->end(R"({"size":7})");
  worlds.carry();
  CHECK(worlds.device.got == up);
  CHECK(worlds.asker.got == down);
  CHECK(worlds.asker.end_value == R"({"size":7})");
  CHECK(worlds.asker.overs == 1);
  CHECK(worlds.device.overs == 1);
  CHECK_FALSE(worlds.asker.failure);
}

TEST_CASE("chunks are Commands one way and Responses the other, each with an id of its own") {
  StreamWorlds worlds;
  worlds.open();
  const std::string opening_id = worlds.tape.front().id;
  worlds.tape.clear();
  worlds.asker.end->send(some_bytes(100'000));
  worlds.device.end->send(some_bytes(100'000));
  worlds.carry();
  std::set<std::string> ids{opening_id};
  for (const Message& message : worlds.tape) {
    const bool is_up = message.originator == "phone";
    CHECK(message.type == (is_up ? MessageType::command : MessageType::response));
    CHECK(message.recipients == std::vector<std::string>{is_up ? "kitchen" : "phone"});
    CHECK(message.name == "files.write");
    CHECK(protocol::parse_stream_part(message.stream)->id == opening_id);
    CHECK_FALSE(message.response);
    CHECK(ids.insert(message.id).second);
  }
  CHECK(worlds.tape.size() >= 4);
  CHECK(worlds.kitchen.listener.commands.size() == 1);  // Chunks are nobody else's business.
}

TEST_CASE("a subscriber that leaves ends its streams with the others") {
  StreamWorlds worlds;
  worlds.open();
  worlds.phone.hear_from_hub("hub.left", R"({"subscriber":"kitchen"})");
  worlds.kitchen.hear_from_hub("hub.left", R"({"subscriber":"phone"})");
  check_ended(worlds.asker, 503, "kitchen left");
  check_ended(worlds.device, 503, "phone left");
}

TEST_CASE("what a subscriber asked for before it left is not accepted any more") {
  StreamWorlds worlds;
  worlds.ask();
  worlds.kitchen.hear_from_hub("hub.left", R"({"subscriber":"phone"})");
  worlds.kitchen.sent.clear();
  worlds.device.end = worlds.kitchen.subscriber.accept_stream(
      worlds.kitchen.listener.commands.at(0), answer_with(200), worlds.device);
  CHECK_FALSE(worlds.device.end);
  worlds.kitchen.settle();
  CHECK(worlds.kitchen.sent.empty());
}

TEST_CASE("a lost link ends all streams") {
  StreamWorlds worlds;
  worlds.open();
  worlds.phone.hub.drop();
  worlds.phone.settle();
  check_ended(worlds.asker, 503, "the link to the hub was lost");
}

TEST_CASE("closing a subscriber ends its streams") {
  StreamWorlds worlds;
  worlds.open();
  worlds.phone.subscriber.close(1s, [] {});
  CHECK(worlds.asker.overs == 0);
  worlds.phone.settle();
  check_ended(worlds.asker, 503, "closed by this program");
}

TEST_CASE("a chunk that finds nobody ends its stream, as the hub says") {
  StreamWorlds worlds;
  worlds.open();
  worlds.asker.end->send(some_bytes(10));
  worlds.phone.settle();
  REQUIRE(worlds.phone.sent.size() == 1);
  worlds.phone.tell(report_of(worlds.phone.sent.front().id, 404));
  check_ended(worlds.asker, 404, "kitchen is not here");
}

TEST_CASE("what the hub dropped of a device ends its streams, at both ends") {
  StreamWorlds worlds;
  worlds.open();
  std::string who;
  SUBCASE("by name") { who = "kitchen"; }
  SUBCASE("of anybody") { who = "*"; }
  worlds.phone.hear_from_hub("hub.dropped",
                             R"({"from":{")" + who + R"(":{"broadcasts":0,"responses":1}}})");
  worlds.carry();
  check_ended(worlds.asker, 503, "a part of it was dropped, as too much came at once");
  check_ended(worlds.device, 503, "a part of it was dropped, as too much came at once");
}

TEST_CASE("broadcasts that the hub dropped end no stream") {
  StreamWorlds worlds;
  worlds.open();
  worlds.phone.hear_from_hub("hub.dropped",
                             R"({"from":{"kitchen":{"broadcasts":9,"responses":0}}})");
  worlds.carry();
  CHECK(worlds.asker.overs == 0);
}

TEST_CASE("a stream has one recipient") {
  StreamWorlds worlds;
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{}, {"*"}, {"kitchen", "hall"}}) {
    std::vector<Answer> answers;
    worlds.phone.subscriber.open_stream({.recipients = names, .name = "x", .value = {}, .blob = {}},
                                        worlds.asker, [&](const Answer& answer, const auto& end) {
                                          CHECK_FALSE(end);
                                          answers.push_back(answer);
                                        });
    CHECK(answers.empty());  // Not inside the call.
    worlds.phone.settle();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].code == 400);
  }
  CHECK(worlds.phone.sent.empty());
}

TEST_CASE("without a link no stream is opened") {
  StreamWorlds worlds;
  worlds.phone.hub.drop();
  worlds.phone.settle();
  worlds.ask();
  REQUIRE(worlds.answers.size() == 1);
  CHECK(worlds.answers[0].code == 503);
  CHECK_FALSE(worlds.asker.end);
}

TEST_CASE("a device that accepts when nobody waits any more is told to give up") {
  StreamWorlds worlds;
  worlds.ask(1s);
  worlds.phone.pass(1s);
  REQUIRE(worlds.answers.size() == 1);
  CHECK(worlds.answers[0].code == 408);
  worlds.accept();
  worlds.carry();
  check_ended(worlds.device, 404, "there is no such stream");
}

TEST_CASE("a command that asks for no stream cannot be accepted as one, and is answered so") {
  StreamWorlds worlds;
  Heard heard;
  worlds.phone.ask({"kitchen"}, heard);
  worlds.carry();
  worlds.accept();
  worlds.carry();
  CHECK_FALSE(worlds.device.end);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 400);
}

TEST_CASE("a command that has been answered cannot be accepted as a stream") {
  StreamWorlds worlds;
  worlds.ask();
  (void)worlds.kitchen.subscriber.answer(worlds.kitchen.listener.commands.at(0), answer_with(500));
  worlds.carry();
  worlds.tape.clear();
  worlds.accept();
  worlds.carry();
  CHECK_FALSE(worlds.device.end);
  CHECK(worlds.tape.empty());
}

TEST_CASE("of two commands with one id only the first is a stream") {
  StreamWorlds worlds;
  worlds.open();
  worlds.kitchen.take(worlds.tape.front());  // Again.
  worlds.tape.clear();
  StreamOwner second;
  second.end = worlds.kitchen.subscriber.accept_stream(worlds.kitchen.listener.commands.at(1),
                                                       answer_with(200), second);
  CHECK_FALSE(second.end);
  worlds.carry();
  CHECK(worlds.tape.front().response->code == 409);
  CHECK(worlds.device.overs == 0);
}

TEST_CASE("a device that has as many streams as it can have says so") {
  StreamWorlds worlds;
  std::deque<StreamOwner> owners;
  do {
    worlds.kitchen.sent.clear();
    worlds.kitchen.tell(command_of(R"({"window":16384})", static_cast<int>(owners.size())));
    StreamOwner& owner = owners.emplace_back();
    owner.end = worlds.kitchen.subscriber.accept_stream(worlds.kitchen.listener.commands.back(),
                                                        answer_with(200), owner);
    worlds.kitchen.settle();
  } while (owners.back().end && owners.size() <= limits::streams_max);
  REQUIRE_FALSE(owners.back().end);
  CHECK(worlds.kitchen.sent.back().response->code == 429);
}

TEST_CASE("a malformed stream in a command is answered 400, and nobody hears of the command") {
  StreamWorlds worlds;
  for (const char* const stream : {R"({"window":-1})", R"({"window":1,"seq":2})", R"({})",
                                   R"({"id":"a","seq":"b"})", "[]", "7", "null"}) {
    CAPTURE(stream);
    worlds.kitchen.tell(command_of(stream));
    REQUIRE(worlds.kitchen.sent.size() == 1);
    const ResponseStatus& status = *worlds.kitchen.sent.front().response;
    CHECK(status.code == 400);
    CHECK(status.request_id == "7");
    CHECK(status.error.starts_with("stream: "));
    worlds.kitchen.sent.clear();
  }
  CHECK(worlds.kitchen.listener.commands.empty());
}

TEST_CASE("a malformed stream in what answers nothing is passed over") {
  StreamWorlds worlds;
  worlds.phone.tell(R"({"messageType":"Response","originator":"kitchen","recipients":["phone"],)"
                    R"("stream":{"seq":"x"}})");
  worlds.phone.tell(R"({"messageType":"Broadcast","originator":"kitchen","stream":{"seq":"x"}})");
  CHECK(worlds.phone.sent.empty());
}

TEST_CASE("an acceptance that does not fit in what waits opens nothing, and is answered so") {
  SubscriberSettings narrow = settings_for("kitchen");
  narrow.outbox_bytes_max = 1000;
  StreamWorlds worlds(settings_for("phone"), narrow);
  worlds.ask();
  worlds.device.end = worlds.kitchen.subscriber.accept_stream(
      worlds.kitchen.listener.commands.at(0), answer_with(200, '"' + std::string(2000, 'x') + '"'),
      worlds.device);
  CHECK_FALSE(worlds.device.end);
  worlds.carry();
  REQUIRE(worlds.answers.size() == 1);
  CHECK(worlds.answers[0].code == 503);
  CHECK_FALSE(worlds.asker.end);
}

}  // namespace
}  // namespace malinka::client
