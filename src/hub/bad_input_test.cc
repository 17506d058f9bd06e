// SPDX-License-Identifier: MIT
// What is refused, each with its clear answer; the sender and the hub go on.
#include <doctest/doctest.h>

#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

struct BadInputTest {
  TestHub hub;
  std::unique_ptr<TestClient> hall = hub.join({.subscriber = "hall"});
  std::unique_ptr<TestClient> phone = hub.join({.subscriber = "phone", .protocol = "malinka.v1"});

  BadInputTest() { (void)hall->rest(); }

  /// The bad message was refused, nobody else saw any of it, and the next one passes.
  void check_refused(const Json& report, const Json& id = nullptr) {
    CHECK(at(report, "/originator") == "@hub");
    CHECK(at(report, "/response/responseCode") == 400);
    CHECK(at(report, "/response/requestId") == id);
    CHECK(at(report, "/response/error").get<std::string>().size() > 5);
    CHECK_FALSE(phone->next());
    CHECK_FALSE(hall->next());
    phone->send(R"({"messageType":"Broadcast","name":"next"})");
    CHECK(at(hall->receive(), "/name") == "next");
  }
};

std::string repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE_FIXTURE(BadInputTest, "a message that is not one is refused with 400") {
  const std::vector<std::string> messages = {
      "",
      " ",
      "null",
      "7",
      "[]",
      "\"text\"",
      "{",
      "{}",
      "}",
      "not JSON",
      R"({"messageType":"Broadcast",})",
      R"({"messageType":"Broadcast"} x)",
      R"({"messageType":"Broadcast","n":01})",
      R"({"messageType":"Broadcast","n":tru})",
      R"({"messageType":"Broadcast","n":[1,2,,]})",
      R"({"messageType":"Broadcast","n":"\q"})",
      R"({"messageType":"Nonsense"})",
      R"({"messageType":7})",
      R"({"messageType":"Join"})",
      R"({"messageType":"Command","name":"without recipients"})",
      R"({"messageType":"Command","recipients":"hall"})",
      R"({"messageType":"Command","recipients":[]})",
      R"({"messageType":"Command","recipients":[7]})",
      R"({"messageType":"Command","recipients":{}})",
      R"({"messageType":"Command","recipients":["*","hall"]})",
      R"({"messageType":"Response","recipients":["hall","phone"]})",
      R"({"messageType":"Response","recipients":["*"]})",
      R"({"messageType":"Broadcast","messageType":"Broadcast"})",
      R"({"messageType":"Broadcast","originator":"a","originator":"b"})",
      R"({"messageType":"Broadcast","\u006friginator":"hall"})",
      R"({"messageType":"Broadcast","expiresAt":"tomorrow"})",
      R"({"messageType":"Broadcast","value":)" + repeat("[", 10000) + repeat("]", 10000) + "}"};
  for (const std::string& message : messages) {
    CAPTURE(message.substr(0, 100));
    phone->send(message);
    check_refused(phone->receive());
  }
}

TEST_CASE_FIXTURE(BadInputTest,
                  "the report names the message that it is about, where it has an id") {
  phone->send(R"({"messageType":"Command","id":"k1","recipients":"hall"})");
  check_refused(phone->receive(), "k1");
}

TEST_CASE_FIXTURE(BadInputTest, "a name that is at fault is not echoed without end") {
  phone->send(R"({"messageType":"Broadcast","\u0061)" + std::string(100'000, 'x') + R"(":1})");
  const auto report = phone->next();
  REQUIRE(report);
  CHECK(report->payload.size() < 1000);
}

TEST_CASE_FIXTURE(BadInputTest, "a binary message whose lengths lie is refused with 400") {
  const auto send = [this](std::string_view payload) {
    phone->send_frame(wire::Opcode::binary, as_bytes(payload));
    check_refused(phone->receive());
  };
  using namespace std::string_view_literals;
  send("");
  send("\x05\0\0"sv);
  send("\xFF\0\0\0{\"messageType\":\"Broadcast\"}"sv);
  send("\xFF\xFF\xFF\xFF{}"sv);
  send("\x1B\0\0\0{\"messageType\":\"Broadcast\"}bytes without blob"sv);
  phone->send_binary(R"({"messageType":"Broadcast","blob":{"size":9}})", "short");
  check_refused(phone->receive());
  phone->send_binary(R"({"messageType":"Broadcast","blob":{"size":1}})", "long");
  check_refused(phone->receive());
  phone->send_binary(R"({"messageType":"Broadcast","blob":{"size":0,"content":"aGk="}})", "");
  check_refused(phone->receive());
}

TEST_CASE_FIXTURE(BadInputTest, "a blob without bytes is an empty blob") {
  phone->send_binary(R"({"messageType":"Broadcast","blob":{"size":0}})", "");
  CHECK(at(hall->receive(), "/blob/content") == "");
}

TEST_CASE_FIXTURE(BadInputTest,
                  "a binary message from a client of text alone is refused with 400") {
  hall->send_binary(R"({"messageType":"Broadcast"})", "");
  CHECK(at(hall->receive(), "/response/responseCode") == 400);
}

TEST_CASE_FIXTURE(BadInputTest,
                  "of 10,000 recipients each absent one is reported; of more none is tried") {
  const auto command = [](int count) {
    std::string text = R"({"messageType":"Command","id":5,"recipients":["hall")";
    for (int i = 1; i < count; ++i) text += ",\"r" + std::to_string(i) + "\"";
    return text + "]}";
  };
  phone->send(command(10'000));
  int reports = 0;
  for (auto report = phone->next(); report; report = phone->next()) ++reports;
  CHECK(reports == 9'999);
  CHECK(hall->next());
  phone->send(command(10'001));
  check_refused(phone->receive(), 5);
}

TEST_CASE_FIXTURE(BadInputTest,
                  "text that is not UTF-8 closes the connection with 1007, and leaves no ghost") {
  phone->send("{\"messageType\":\"Broadcast\",\"value\":\"\xFF\"}");
  CHECK(phone->receive_close_code() == 1007);
  phone->vanish();
  CHECK(at(hall->receive(), "/name") == "hub.left");
  CHECK(hub.gauges().sessions == 1);
}

TEST_CASE_FIXTURE(BadInputTest, "a frame that is not masked closes the connection with 1002") {
  phone->send_bytes(
      as_text(wire::make_frame(wire::Opcode::text, as_bytes("{}"), wire::Role::server)));
  CHECK(phone->receive_close_code() == 1002);
}

TEST_CASE_FIXTURE(BadInputTest, "an abrupt end in the middle of a message leaves no ghost") {
  const Bytes frame =
      wire::make_frame(wire::Opcode::text, as_bytes(std::string(1000, ' ')), wire::Role::client);
  phone->send_bytes(as_text(frame).substr(0, 500));
  phone->vanish();
  const Json left = hall->receive();
  CHECK(at(left, "/value/subscriber") == "phone");
  hall->send(R"({"messageType":"Command","id":1,"recipients":["phone"]})");
  CHECK(at(hall->receive(), "/response/responseCode") == 404);
}

TEST_CASE("a hundred messages that never end leave room for one that does") {
  Config config;
  config.incoming_bytes_max = 2UL * 1024 * 1024;
  TestHub hub(config);
  std::vector<std::unique_ptr<TestClient>> endless;
  for (int i = 0; i < 100; ++i) {
    endless.push_back(hub.join({.subscriber = "endless" + std::to_string(i)}));
    Bytes frame = wire::make_frame(wire::Opcode::text, Bytes(300UL * 1024), wire::Role::client);
    frame.pop_back();
    endless.back()->send_bytes(as_text(frame));
  }
  hub.settle();
  CHECK(hub.gauges().incoming_bytes > 0);
  CHECK(hub.gauges().incoming_bytes <= config.incoming_bytes_max);
  CHECK(endless.back()->rest().contains(R"("responseCode":503)"));

  const auto phone = hub.join({.channel = "other", .subscriber = "phone"});
  const Bytes frame = wire::make_frame(
      wire::Opcode::text, as_bytes(R"({"messageType":"Command","id":7,"recipients":["absent"]})"),
      wire::Role::client);
  for (const std::byte byte : frame) {
    phone->send_bytes(as_text(ByteView(&byte, 1)));
    hub.settle();
  }
  CHECK(at(phone->receive(), "/response/responseCode") == 404);

  endless.clear();
  hub.settle();
  CHECK(hub.gauges().incoming_bytes == 0);
}

}  // namespace malinka::hub
