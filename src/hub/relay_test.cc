// SPDX-License-Identifier: MIT
// Messages between subscribers: docs/protocol.md sections 1, 3 and 5, and what the hub says of
// them.
#include <doctest/doctest.h>

#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

/// Two who read text, one who reads binary messages, and one in another channel.
struct RelayTest {
  TestHub hub;
  std::unique_ptr<TestClient> hall = hub.join({.subscriber = "hall"});
  std::unique_ptr<TestClient> phone = hub.join({.subscriber = "phone"});
  std::unique_ptr<TestClient> page = hub.join({.subscriber = "page", .protocol = "malinka.v1"});
  std::unique_ptr<TestClient> stranger = hub.join({.channel = "work", .subscriber = "hall"});

  RelayTest() {
    for (TestClient* const client : {hall.get(), phone.get(), page.get()}) (void)client->rest();
  }
};

}  // namespace

TEST_CASE_FIXTURE(RelayTest, "a Broadcast goes to all others in its channel and nowhere else") {
  phone->send(R"({"messageType":"Broadcast","name":"news"})");
  CHECK(at(hall->receive(), "/name") == "news");
  CHECK(at(page->receive(), "/name") == "news");
  CHECK_FALSE(phone->next());
  CHECK_FALSE(stranger->next());
}

TEST_CASE_FIXTURE(RelayTest, "a Command goes to whom it names, and to nobody in another channel") {
  phone->send(R"({"messageType":"Command","id":"1","recipients":["hall"],"name":"x"})");
  CHECK(at(hall->receive(), "/id") == "1");
  CHECK_FALSE(page->next());
  CHECK_FALSE(phone->next());
  CHECK_FALSE(stranger->next());
}

TEST_CASE_FIXTURE(RelayTest, "an originator that a client sends is never believed") {
  for (const std::string written : {R"("hall")", R"("@hub")", "null", "7", R"({"a":[]})"}) {
    phone->send(R"({"originator":)" + written + R"(,"messageType":"Broadcast"})");
    CHECK(at(hall->receive(), "/originator") == "phone");
  }
  phone->send(R"({"messageType":"Broadcast"})");
  CHECK(at(hall->receive(), "/originator") == "phone");
}

TEST_CASE_FIXTURE(RelayTest, "what the hub does not know passes byte for byte") {
  const std::string odd =
      R"( , "value" : {"n":1.50e+3, "big":123456789012345678901234567890, "s":"\u00e9\/ é"}, "x-y":[ ]})";
  phone->send(R"({"messageType":"Broadcast","originator":"?")" + odd);
  CHECK(hall->next()->payload == R"({"messageType":"Broadcast","originator":"phone")" + odd);
}

TEST_CASE_FIXTURE(RelayTest,
                  "an absent recipient is reported, each for itself, and the others served") {
  phone->send(
      R"({"messageType":"Command","id":7,"recipients":["attic","hall","cellar"],"name":"x"})");
  const Json first = phone->receive();
  CHECK(at(first, "/originator") == "@hub");
  CHECK(at(first, "/response/requestId") == 7);
  CHECK(at(first, "/response/success") == false);
  CHECK(at(first, "/response/responseCode") == 404);
  CHECK(at(first, "/value/recipient") == "attic");
  CHECK(at(phone->receive(), "/value/recipient") == "cellar");
  CHECK_FALSE(phone->next());
  CHECK(hall->next());
}

TEST_CASE_FIXTURE(RelayTest,
                  "a Response to somebody who left is reported too, without an id as null") {
  phone->send(R"({"messageType":"Response","recipients":["attic"],"response":{"requestId":"1"}})");
  const Json report = phone->receive();
  CHECK(at(report, "/response/requestId").is_null());
  CHECK(at(report, "/response/responseCode") == 404);
}

TEST_CASE_FIXTURE(RelayTest, "a Command to all is answered at once with whom it went to") {
  phone->send(R"({"messageType":"Command","id":"q","recipients":["*"],"name":"x"})");
  const Json accepted = phone->receive();
  CHECK(at(accepted, "/response/responseCode") == 202);
  CHECK(at(accepted, "/response/requestId") == "q");
  CHECK(at(accepted, "/value/recipients") == Json({"hall", "page"}));
  CHECK(hall->next());
  CHECK(page->next());
  CHECK_FALSE(stranger->next());
}

TEST_CASE_FIXTURE(RelayTest, "a Command to all is answered also when nobody else is there") {
  stranger->send(R"({"messageType":"Command","id":"q","recipients":["*"],"name":"x"})");
  CHECK(at(stranger->receive(), "/value/recipients") == Json::array());
}

TEST_CASE_FIXTURE(RelayTest, "duplicate recipients count once") {
  phone->send(R"({"messageType":"Command","recipients":["hall","hall","hall"]})");
  CHECK(hall->next());
  CHECK_FALSE(hall->next());
}

TEST_CASE_FIXTURE(RelayTest, "what has expired is not delivered, and its sender is told") {
  phone->send(R"({"messageType":"Command","id":1,"recipients":["hall"],)"
              R"("expiresAt":"2025-12-31T23:59:59Z"})");
  const Json report = phone->receive();
  CHECK(at(report, "/response/responseCode") == 408);
  CHECK(at(report, "/value/recipient") == "hall");
  CHECK_FALSE(hall->next());
  phone->send(R"({"messageType":"Command","id":2,"recipients":["hall"],)"
              R"("expiresAt":"2026-01-01T00:00:01Z"})");
  CHECK(hall->next());
}

TEST_CASE_FIXTURE(RelayTest, "what is larger than a recipient takes is reported with 413") {
  const auto small = hub.join({.subscriber = "small", .more = R"(,"maxMessageBytes":200)"});
  (void)phone->rest();
  const std::string value(200, 'x');
  phone->send(R"({"messageType":"Command","id":1,"recipients":["small","hall"],"value":")" + value +
              "\"}");
  const Json report = phone->receive();
  CHECK(at(report, "/response/responseCode") == 413);
  CHECK(at(report, "/value/recipient") == "small");
  CHECK(hall->next());
  CHECK_FALSE(small->next());
}

TEST_CASE("a message larger than the hub takes is answered with 413, and the connection stays") {
  Config config;
  config.text_bytes_max = 100'000;
  TestHub hub(config);
  const auto phone = hub.join({.subscriber = "phone"});
  phone->send(R"({"messageType":"Broadcast","id":1,"value":")" + std::string(110'000, 'x') + "\"}");
  const Json report = phone->receive();
  CHECK(at(report, "/response/responseCode") == 413);
  CHECK(at(report, "/response/requestId").is_null());
  phone->send(R"({"messageType":"Command","id":2,"name":"hub.ping","recipients":["@hub"]})");
  CHECK(at(phone->receive(), "/response/requestId") == 2);
}

TEST_CASE_FIXTURE(RelayTest, "a blob reaches each as it can be read, binary or as base64") {
  const auto reader = hub.join({.subscriber = "reader", .protocol = "malinka.v1"});
  for (TestClient* const client : {hall.get(), phone.get(), page.get()}) (void)client->rest();
  page->send_binary(R"({"messageType":"Broadcast","blob":{"size":5,"name":"a"}})", "hello");
  const std::string stamped =
      R"({"originator":"page","messageType":"Broadcast","blob":{"size":5,"name":"a"}})";
  const auto binary = reader->next();
  REQUIRE(binary);
  CHECK(binary->opcode == wire::Opcode::binary);
  CHECK(binary->payload.substr(4) == stamped + "hello");
  CHECK(static_cast<std::size_t>(static_cast<unsigned char>(binary->payload[0])) == stamped.size());
  CHECK(at(hall->receive(), "/blob/content") == "aGVsbG8=");
  CHECK(at(phone->receive(), "/blob/name") == "a");
  CHECK(hub.counters().messages_converted == 1);
}

TEST_CASE_FIXTURE(RelayTest, "a text message is never converted, whoever gets it") {
  phone->send(R"({"messageType":"Broadcast","blob":{"size":5,"content":"aGVsbG8="}})");
  CHECK(page->next()->opcode == wire::Opcode::text);
  CHECK(hub.counters().messages_converted == 0);
}

TEST_CASE_FIXTURE(RelayTest, "the hub answers hub.ping with its time, and nobody else is asked") {
  phone->send(R"({"messageType":"Command","id":3,"name":"hub.ping","recipients":["@hub"]})");
  const Json answer = phone->receive();
  CHECK(at(answer, "/name") == "hub.ping");
  CHECK(at(answer, "/response/responseCode") == 200);
  CHECK(at(answer, "/value/time") == "2026-01-01T00:00:00.000Z");
  CHECK_FALSE(hall->next());
}

TEST_CASE_FIXTURE(RelayTest, "the hub lists subscribers by page") {
  const auto ask = [this](const std::string& value) {
    phone->send(
        R"({"messageType":"Command","id":3,"name":"hub.list","recipients":["@hub"],"value":)" +
        value + "}");
    return phone->receive();
  };
  CHECK(at(ask("{}"), "/value/subscribers") == Json({"hall", "phone", "page"}));
  const Json page_answer = ask(R"({"offset":1,"limit":1})");
  CHECK(at(page_answer, "/value/subscribers") == Json({"phone"}));
  CHECK(at(page_answer, "/value/subscriberCount") == 3);
  CHECK(at(page_answer, "/value/offset") == 1);
  CHECK(at(ask(R"({"offset":99})"), "/value/subscribers") == Json::array());
  for (const std::string bad : {R"({"limit":0})", R"({"limit":1001})", R"({"offset":-1})", "7"})
    CHECK(at(ask(bad), "/response/responseCode") == 400);
}

TEST_CASE_FIXTURE(RelayTest, "a command that the hub does not know is answered with 404") {
  phone->send(R"({"messageType":"Command","id":3,"name":"hub.reboot","recipients":["@hub"]})");
  CHECK(at(phone->receive(), "/response/responseCode") == 404);
}

TEST_CASE_FIXTURE(RelayTest, "presence tells the others who came and who left, and how") {
  auto attic = hub.join({.subscriber = "attic", .more = R"(,"device":true)"});
  const Json joined = hall->receive();
  CHECK(at(joined, "/name") == "hub.joined");
  CHECK(at(joined, "/originator") == "@hub");
  CHECK(at(joined, "/value/subscriber") == "attic");
  CHECK(at(joined, "/value/device") == true);
  CHECK_FALSE(attic->next());

  Bytes code = {std::byte{0x03}, std::byte{0xE8}};
  attic->send_frame(wire::Opcode::close, code);
  CHECK(at(hall->receive(), "/value/reason") == "left");
  attic = hub.join({.subscriber = "attic"});
  attic->vanish();
  CHECK(at(hall->receive(), "/name") == "hub.joined");
  CHECK(at(hall->receive(), "/value/reason") == "lost");
  CHECK_FALSE(stranger->next());
}

TEST_CASE_FIXTURE(RelayTest, "from one sender to one recipient messages arrive in the order sent") {
  for (int i = 0; i < 200; ++i)
    phone->send(R"({"messageType":"Broadcast","id":)" + std::to_string(i) + "}");
  for (int i = 0; i < 200; ++i) REQUIRE(at(hall->receive(), "/id") == i);
}

TEST_CASE_FIXTURE(RelayTest, "a link that is silent for twice the heartbeat is lost") {
  hall->stop_answering_pings();
  hub.advance(std::chrono::seconds(2 * limits::heartbeat_seconds + 1));
  const Json left = phone->receive();
  CHECK(at(left, "/value/subscriber") == "hall");
  CHECK(at(left, "/value/reason") == "lost");
  CHECK_FALSE(phone->next());
}

}  // namespace malinka::hub
