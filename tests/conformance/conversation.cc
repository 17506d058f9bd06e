// SPDX-License-Identifier: MIT
#include "conversation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "raw_frame.h"
#include "vectors.h"

namespace malinka::test {
namespace {

using wire::Role;

constexpr unsigned close_opcode = 8;
constexpr unsigned pong_opcode = 10;

/// By its name, or by its number where it has none.
unsigned to_opcode(const Json& opcode) {
  if (opcode.is_number()) return opcode.get<unsigned>();
  constexpr std::array<std::pair<std::string_view, unsigned>, 6> names = {
      {{"continuation", 0}, {"text", 1}, {"binary", 2}, {"close", 8}, {"ping", 9}, {"pong", 10}}};
  for (const auto& [name, number] : names)
    if (opcode == name) return number;
  FAIL("no such opcode: " << opcode.dump());
  return 0;
}

std::string write_code(std::uint16_t code) {
  return {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

std::string payload_of(const Json& frame) {
  std::string payload;
  if (frame.contains("code")) payload = write_code(frame.at("code").get<std::uint16_t>());
  if (frame.contains("payload")) payload += expand_input(frame.at("payload"));
  return payload;
}

RawFrame to_frame(const Json& step, Role sender) {
  RawFrame frame{.is_final = step.value("final", true),
                 .reserved_bits = step.value("reserved_bits", 0U),
                 .opcode = to_opcode(step.at("opcode")),
                 .is_masked = step.value("masked", sender == Role::client),
                 .payload = payload_of(step)};
  if (step.contains("announced_bytes"))
    frame.announced_bytes = step.at("announced_bytes").get<std::uint64_t>();
  return frame;
}

/// The frame cut into fragments of `size` bytes.
std::string write_fragments(RawFrame frame, std::size_t size) {
  std::string bytes;
  std::string left = std::exchange(frame.payload, {});
  do {
    frame.payload = left.substr(0, size);
    left.erase(0, size);
    frame.is_final = left.empty();
    bytes += write_frame(frame);
    frame.opcode = 0;
  } while (!left.empty());
  return bytes;
}

std::string write_step(const Json& step, Role sender) {
  if (!step.contains("opcode")) return expand_input(step);
  const RawFrame frame = to_frame(step, sender);
  const auto size = step.value("fragment_bytes", std::size_t{0});
  return size == 0 ? write_frame(frame) : write_fragments(frame, size);
}

std::size_t times(const Json& step) { return step.value("times", std::size_t{1}); }

std::vector<Role> to_roles(const std::string& role) {
  if (role == "server") return {Role::server};
  if (role == "client") return {Role::client};
  REQUIRE(role == "both");
  return {Role::server, Role::client};
}

Outcome to_outcome(const std::string& word) {
  if (word == "goes on") return Outcome::goes_on;
  if (word == "closes") return Outcome::closes;
  REQUIRE(word == "fails");
  return Outcome::fails;
}

Conversation to_conversation(const std::string& file, const Json& json) {
  CAPTURE(file);
  for (const std::string_view member : {"name", "about", "role", "send", "expect"}) {
    CAPTURE(member);
    REQUIRE(find_member(json, member) != nullptr);
  }
  const Json& expect = json.at("expect");
  Conversation conversation{.file = file,
                            .name = json.at("name").get<std::string>(),
                            .roles = to_roles(json.at("role").get<std::string>()),
                            .message_bytes_max = std::nullopt,
                            .send = json.at("send"),
                            .answers = {},
                            .outcome = to_outcome(expect.at("then").get<std::string>()),
                            .close_code = std::nullopt};
  if (json.contains("given"))
    conversation.message_bytes_max = json.at("given").at("message_bytes_max").get<std::size_t>();
  const Json answers = expect.value("frames", Json::array());
  for (const Json& answer : answers)
    for (std::size_t i = times(answer); i > 0; --i)
      conversation.answers.push_back({to_opcode(answer.at("opcode")), payload_of(answer)});
  if (expect.contains("code")) conversation.close_code = expect.at("code").get<std::uint16_t>();
  return conversation;
}

/// `json` with `value` wherever it says "$each".
Json substitute(Json json, const Json& value) {
  if (json == "$each") return value;
  if (json.is_structured())
    for (Json& member : json) member = substitute(std::move(member), value);
  return json;
}

void check_frame(const RawFrame& frame, Role from) {
  CHECK(frame.is_masked == (from == Role::client));  // Section 5.1.
  CHECK(frame.reserved_bits == 0);                   // Section 5.2.
  CHECK(frame.is_final);                             // We send no fragments.
}

void read_close(Reply& reply, std::string_view payload) {
  reply.has_close = true;
  if (payload.empty()) return;
  REQUIRE(payload.size() >= 2);
  reply.close_code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                                static_cast<unsigned char>(payload[1]));
}

bool is_pong(const Answer& answer) { return answer.opcode == pong_opcode; }

std::vector<Answer> select(const std::vector<Answer>& answers, bool are_pongs) {
  std::vector<Answer> selected;
  for (const Answer& answer : answers)
    if (is_pong(answer) == are_pongs) selected.push_back(answer);
  return selected;
}

/// `some` of `all`, in order, and the last of them.
bool are_last_of(const std::vector<Answer>& some, const std::vector<Answer>& all) {
  auto next = some.begin();
  for (const Answer& answer : all)
    if (next != some.end() && *next == answer) ++next;
  const bool have_same_last = some.empty() ? all.empty() : some.back() == all.back();
  return next == some.end() && have_same_last;
}

}  // namespace

std::vector<Conversation> load_conversations() {
  std::vector<Conversation> conversations;
  for (const auto& [file, json] : load_vector_files("websocket")) {
    const Json each = json.value("each", Json::array({nullptr}));
    for (const Json& value : each)
      conversations.push_back(to_conversation(
          value.is_null() ? file : file + " with " + value.dump(), substitute(json, value)));
  }
  return conversations;
}

std::vector<std::string> write_steps(const Conversation& conversation, Role sender) {
  std::vector<std::string> steps;
  for (const Json& step : conversation.send)
    for (std::size_t i = times(step); i > 0; --i) steps.push_back(write_step(step, sender));
  return steps;
}

std::string write_close(Role sender, std::uint16_t code) {
  return write_frame(
      {.opcode = close_opcode, .is_masked = sender == Role::client, .payload = write_code(code)});
}

Reply read_reply(std::string bytes, Role from) {
  Reply reply;
  while (std::optional<RawFrame> frame = take_frame(bytes)) {
    check_frame(*frame, from);
    CHECK_FALSE(reply.has_close);  // Section 5.5.1: nothing follows a close frame.
    if (frame->opcode == close_opcode)
      read_close(reply, frame->payload);
    else
      reply.answers.push_back({frame->opcode, std::move(frame->payload)});
  }
  CHECK(bytes.empty());
  return reply;
}

void check_answers(const Conversation& conversation, const std::vector<Answer>& answers,
                   Arrival arrival) {
  const auto& expected = conversation.answers;
  if (arrival == Arrival::apart) {
    CHECK(answers.size() == expected.size());
    CHECK((answers == expected));
    return;
  }
  CHECK((select(answers, false) == select(expected, false)));
  CHECK(are_last_of(select(answers, true), select(expected, true)));
}

}  // namespace malinka::test
