// SPDX-License-Identifier: MIT
#include "client/pending_requests.h"

#include <doctest/doctest.h>

namespace malinka::client {
namespace {

constexpr Steady start{std::chrono::hours(1)};
constexpr Steady deadline = start + std::chrono::seconds(30);

/// What the handlers of one request were told.
struct Heard {
  std::vector<Answer> answers;
  int done_count = 0;
};

PendingRequest request_to(std::vector<std::string> names, Heard& heard) {
  PendingRequest request;
  request.waiting_for = std::move(names);
  request.deadline = deadline;
  request.on_answer = [&heard](const Answer& answer) { heard.answers.push_back(answer); };
  request.on_done = [&heard] { ++heard.done_count; };
  return request;
}

PendingRequest request_to_all(Heard& heard) {
  PendingRequest request = request_to({}, heard);
  request.is_to_all = true;
  request.is_accepted = false;
  return request;
}

Message response_from(std::string originator, int code, std::string value = {}) {
  Message message;
  message.type = MessageType::response;
  message.originator = std::move(originator);
  message.value = std::move(value);
  message.response = ResponseStatus{R"("r1")", code / 100 == 2, code, code == 200 ? "" : "why"};
  return message;
}

TEST_CASE("a request is done when each of its recipients has answered once") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen", "hall"}, heard));
  pending.take_response(response_from("hall", 200, "1"));
  CHECK(heard.done_count == 0);
  pending.take_response(response_from("kitchen", 500));
  REQUIRE(heard.answers.size() == 2);
  CHECK(heard.answers[0].from == "hall");
  CHECK(heard.answers[0].is_success);
  CHECK(heard.answers[0].value == "1");
  CHECK(heard.answers[1].code == 500);
  CHECK(heard.answers[1].error == "why");
  CHECK(heard.done_count == 1);
}

TEST_CASE("a second answer of the same recipient is not heard") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen", "hall"}, heard));
  pending.take_response(response_from("kitchen", 200));
  pending.take_response(response_from("kitchen", 200));
  CHECK(heard.answers.size() == 1);
  CHECK(heard.done_count == 0);
}

TEST_CASE("an answer from a subscriber that was not asked is not heard") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen"}, heard));
  pending.take_response(response_from("mallory", 200));
  CHECK(heard.answers.empty());
}

TEST_CASE("an answer to an id that nobody waits for is not heard") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen"}, heard));
  Message other = response_from("kitchen", 200);
  other.response->request_id = R"("r2")";
  pending.take_response(other);
  other.response->request_id = "null";
  pending.take_response(other);
  other.response.reset();
  pending.take_response(other);
  CHECK(heard.answers.empty());
}

TEST_CASE("a report of the hub answers for the recipient that it names") {
  for (const int code : {404, 408, 413, 503}) {
    Heard heard;
    PendingRequests pending;
    pending.add(R"("r1")", request_to({"kitchen", "attic"}, heard));
    pending.take_response(response_from("@hub", code, R"({"recipient":"attic"})"));
    REQUIRE(heard.answers.size() == 1);
    CHECK(heard.answers[0].from == "attic");
    CHECK(heard.answers[0].code == code);
    CHECK(heard.done_count == 0);
  }
}

TEST_CASE("a report of the hub on one that was not asked is not heard") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen"}, heard));
  pending.take_response(response_from("@hub", 404, R"({"recipient":"attic"})"));
  CHECK(heard.answers.empty());
}

TEST_CASE("a report without a recipient answers for all: the hub refused the message itself") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen", "hall"}, heard));
  pending.take_response(response_from("@hub", 400));
  CHECK(heard.answers.size() == 2);
  CHECK(heard.answers[0].code == 400);
  CHECK(heard.done_count == 1);
}

TEST_CASE("a subscriber cannot speak for the hub or for others by what it writes into its value") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen"}, heard));
  pending.take_response(response_from("mallory", 404, R"({"recipient":"kitchen"})"));
  CHECK(heard.answers.empty());
}

TEST_CASE("the hub itself can be asked") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"@hub"}, heard));
  pending.take_response(response_from("@hub", 200, R"({"time":"2026-11-22T21:48:07Z"})"));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "@hub");
  CHECK(heard.done_count == 1);
}

TEST_CASE("the hub's 202 decides who must answer a request to all") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to_all(heard));
  pending.take_response(response_from("kitchen", 200));  // Before the 202: nobody was asked yet.
  CHECK(heard.answers.empty());
  pending.take_response(response_from("@hub", 202, R"({"recipients":["kitchen","hall","hall"]})"));
  pending.take_response(response_from("mallory", 200));
  pending.take_response(response_from("hall", 200));
  CHECK(heard.done_count == 0);
  pending.take_response(response_from("kitchen", 200));
  CHECK(heard.answers.size() == 2);
  CHECK(heard.done_count == 1);
}

TEST_CASE("a request to all that went to nobody is done with its 202") {
  for (const std::string value : {R"({"recipients":[]})", R"({"recipients":7})", "[]", "{", ""}) {
    Heard heard;
    PendingRequests pending;
    pending.add(R"("r1")", request_to_all(heard));
    pending.take_response(response_from("@hub", 202, value));
    CHECK(heard.answers.empty());
    CHECK(heard.done_count == 1);
  }
}

TEST_CASE("a second 202 changes nothing") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to_all(heard));
  pending.take_response(response_from("@hub", 202, R"({"recipients":["kitchen"]})"));
  pending.take_response(response_from("@hub", 202, R"({"recipients":["hall","attic"]})"));
  pending.take_response(response_from("kitchen", 200));
  CHECK(heard.done_count == 1);
}

TEST_CASE("whom a request to all did not reach is reported once, named by the 202 or not") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to_all(heard));
  pending.take_response(response_from("@hub", 503, R"({"recipient":"slow"})"));
  pending.take_response(response_from("@hub", 202, R"({"recipients":["kitchen","slow"]})"));
  pending.take_response(response_from("@hub", 413, R"({"recipient":"small"})"));
  pending.take_response(response_from("@hub", 413, R"({"recipient":"small"})"));
  REQUIRE(heard.answers.size() == 2);
  CHECK(heard.answers[0].from == "slow");
  CHECK(heard.answers[1].from == "small");
  pending.take_response(response_from("kitchen", 200));
  CHECK(heard.done_count == 1);
}

TEST_CASE("a recipient that left fails in every request that waits for it, and only there") {
  Heard first;
  Heard second;
  PendingRequests pending;
  pending.add(R"("r1")", request_to_all(first));
  pending.take_response(response_from("@hub", 202, R"({"recipients":["kitchen","hall"]})"));
  pending.add(R"("r2")", request_to({"hall"}, second));
  pending.fail_recipient("kitchen", "kitchen left");
  REQUIRE(first.answers.size() == 1);
  CHECK(first.answers[0].from == "kitchen");
  CHECK(first.answers[0].code == 503);
  CHECK(first.done_count == 0);
  CHECK(second.answers.empty());
}

TEST_CASE("a request that is over its deadline is answered with 408 for those that are missing") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to({"kitchen", "hall"}, heard));
  CHECK(pending.next_deadline() == deadline);
  pending.take_response(response_from("kitchen", 200));
  pending.expire(deadline - std::chrono::nanoseconds(1));
  CHECK(heard.done_count == 0);
  pending.expire(deadline);
  REQUIRE(heard.answers.size() == 2);
  CHECK(heard.answers[1].from == "hall");
  CHECK(heard.answers[1].code == 408);
  CHECK(heard.done_count == 1);
  CHECK_FALSE(pending.next_deadline());
}

TEST_CASE("a request to all without its 202 expires as a whole") {
  Heard heard;
  PendingRequests pending;
  pending.add(R"("r1")", request_to_all(heard));
  pending.expire(deadline);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "*");
  CHECK(heard.answers[0].code == 408);
  CHECK(heard.done_count == 1);
}

TEST_CASE("what a handler asks while everything fails is not failed with it") {
  Heard first;
  Heard second;
  PendingRequests pending;
  PendingRequest request = request_to({"kitchen"}, first);
  request.on_done = [&] { pending.add(R"("r2")", request_to({"kitchen"}, second)); };
  pending.add(R"("r1")", std::move(request));
  pending.fail_all(ResponseCode::unavailable, "the link was lost");
  CHECK(first.answers.size() == 1);
  CHECK(second.answers.empty());
  CHECK(pending.next_deadline() == deadline);
}

}  // namespace
}  // namespace malinka::client
