// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "protocol/join.h"
#include "protocol/timestamp.h"

using malinka::ResponseCode;
using malinka::protocol::JoinAnswer;
using malinka::protocol::make_join_answer;
using malinka::protocol::make_join_refusal;
using malinka::protocol::parse_join_outcome;
using malinka::protocol::parse_timestamp;

namespace {

JoinAnswer make_answer() {
  JoinAnswer answer;
  answer.channel = "home";
  answer.subscriber = "kitchen";
  answer.is_guarded = true;
  answer.subscribers = {"hall", "a \"phone\""};
  answer.devices = {"hall"};
  answer.subscriber_count = 3;
  answer.text_bytes_max = 16777216;
  answer.queue_bytes = 8388608;
  answer.heartbeat_seconds = 30;
  answer.time = *parse_timestamp("2026-11-22T21:48:07.123Z");
  return answer;
}

}  // namespace

TEST_CASE("an answer to a join is what protocol.md section 2 shows") {
  CHECK(make_join_answer(make_answer()) ==
        R"({"messageType":"Response","name":"Join","originator":"@hub",)"
        R"("response":{"success":true,"responseCode":200},)"
        R"("value":{"channel":"home","subscriber":"kitchen","guarded":true,)"
        R"("subscribers":["hall","a \"phone\""],"devices":["hall"],"subscriberCount":3,)"
        R"("maxTextBytes":16777216,"queueBytes":8388608,"heartbeatSeconds":30,)"
        R"("time":"2026-11-22T21:48:07.123Z"}})");
}

TEST_CASE("an answer to a join is read again") {
  const auto outcome = parse_join_outcome(make_join_answer(make_answer()));
  REQUIRE(outcome);
  REQUIRE(outcome->answer);
  CHECK_FALSE(outcome->refusal);
  CHECK(make_join_answer(*outcome->answer) == make_join_answer(make_answer()));
}

TEST_CASE("a refusal of a join is read again") {
  const auto outcome = parse_join_outcome(make_join_refusal(
      {.code = ResponseCode::busy, .error = "too many wrong keys", .retry_after_seconds = 42}));
  REQUIRE(outcome);
  REQUIRE(outcome->refusal);
  CHECK_FALSE(outcome->answer);
  CHECK(outcome->refusal->code == ResponseCode::busy);
  CHECK(outcome->refusal->error == "too many wrong keys");
  CHECK(outcome->refusal->retry_after_seconds == 42U);
}

TEST_CASE("a refusal without details is still a refusal") {
  const auto outcome = parse_join_outcome(R"({"messageType":"Response","response":{}})");
  REQUIRE(outcome);
  REQUIRE(outcome->refusal);
  CHECK(outcome->refusal->code == ResponseCode::malformed);
}

TEST_CASE("what is no answer to a join is refused") {
  for (const std::string_view text :
       {"", "null", "[]", "{}", R"({"messageType":"Broadcast","response":{"success":true}})",
        R"({"messageType":"Response"})",
        R"({"messageType":"Response","response":{"success":true}})",
        R"({"messageType":"Response","response":{"success":true},"value":{"channel":"home"}})"}) {
    CAPTURE(text);
    const auto outcome = parse_join_outcome(text);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == std::errc::bad_message);
  }
}

TEST_CASE("an answer with a member of another type is refused") {
  const std::string good = make_join_answer(make_answer());
  for (const auto& [from, to] : {std::pair("\"hall\",", "5,"), std::pair("16777216", "-1"),
                                 std::pair(":30,", ":0,"), std::pair("2026", "26")}) {
    std::string bad = good;
    bad.replace(bad.find(from), std::string_view(from).size(), to);
    CAPTURE(bad);
    CHECK_FALSE(parse_join_outcome(bad));
  }
}

TEST_CASE("the close code after a refusal is 4000 and its code") {
  CHECK(malinka::protocol::close_code_of(ResponseCode::wrong_key) == 4401);
}
