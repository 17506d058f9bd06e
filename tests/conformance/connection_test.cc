// SPDX-License-Identifier: MIT
// Every conversation of spec/vectors/websocket/ with a connection of ours, as the server and as the
// client, however what is sent is cut.
#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "conversation.h"
#include "echo_endpoint.h"

namespace malinka::test {
namespace {

using link::EndReason;
using wire::Role;

// What no conversation goes beyond that says nothing of a limit.
constexpr std::size_t message_bytes_max = 16UL * 1024 * 1024;
// A read buffer that takes whatever is sent at once: as much as there is.
constexpr std::size_t all_at_once = 0;

Role other(Role role) { return role == Role::client ? Role::server : Role::client; }

std::string join(const std::vector<std::string>& pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), std::string());
}

EndReason reason_for(Outcome outcome) {
  return outcome == Outcome::fails ? EndReason::violation : EndReason::closed_by_peer;
}

/// Has one conversation: `pieces` one after the other, each read by `piece_bytes`.
void converse(const Conversation& conversation, Role role, const std::vector<std::string>& pieces,
              std::size_t piece_bytes, Arrival arrival) {
  const std::size_t bytes = join(pieces).size();
  EchoEndpoint endpoint(role, conversation.message_bytes_max.value_or(message_bytes_max),
                        piece_bytes == all_at_once ? bytes + 1 : piece_bytes);
  std::string sent;
  for (const std::string& piece : pieces) {
    endpoint.feed(piece);
    sent += endpoint.take_sent();
  }
  const bool goes_on = conversation.outcome == Outcome::goes_on;
  if (goes_on) {
    CHECK_FALSE(endpoint.end());
    endpoint.feed(write_close(other(role), 1000));
    sent += endpoint.take_sent();
  }
  const Reply reply = read_reply(std::move(sent), role);
  check_answers(conversation, reply.answers, arrival);
  CHECK(reply.has_close);
  CHECK(reply.close_code == (goes_on ? 1000 : conversation.close_code));
  if (conversation.outcome == Outcome::fails) endpoint.leave();
  REQUIRE(endpoint.end());
  CHECK(endpoint.end()->reason == reason_for(conversation.outcome));
}

/// Calls `act` for every conversation in each of its roles whose peer sends so much at most, with
/// what it sends.
template <typename Act>
void for_each_conversation(std::size_t sent_bytes_max, Act act) {
  static const std::vector<Conversation> conversations = load_conversations();
  for (const Conversation& conversation : conversations) {
    CAPTURE(conversation.file);
    CAPTURE(conversation.name);
    for (const Role role : conversation.roles) {
      CAPTURE(role == Role::server);
      const std::vector<std::string> steps = write_steps(conversation, other(role));
      if (join(steps).size() <= sent_bytes_max) act(conversation, role, steps);
    }
  }
}

}  // namespace

TEST_CASE("conversations are had step by step") {
  for_each_conversation(20'000'000, [](const auto& conversation, Role role, const auto& steps) {
    converse(conversation, role, steps, 64UL * 1024, Arrival::apart);
  });
}

TEST_CASE("conversations are had all at once") {
  for_each_conversation(5'000'000, [](const auto& conversation, Role role, const auto& steps) {
    converse(conversation, role, {join(steps)}, all_at_once, Arrival::together);
  });
}

TEST_CASE("conversations are had byte by byte") {
  for_each_conversation(70'000, [](const auto& conversation, Role role, const auto& steps) {
    converse(conversation, role, {join(steps)}, 1, Arrival::together);
  });
}

TEST_CASE("conversations are had in pieces of any size") {
  for (const std::size_t piece_bytes : {3UL, 7UL, 997UL}) {
    CAPTURE(piece_bytes);
    for_each_conversation(
        10'000 * piece_bytes, [&](const auto& conversation, Role role, const auto& steps) {
          converse(conversation, role, {join(steps)}, piece_bytes, Arrival::together);
        });
  }
}

TEST_CASE("short conversations are had in two pieces, cut anywhere") {
  for_each_conversation(300, [](const auto& conversation, Role role, const auto& steps) {
    const std::string bytes = join(steps);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      CAPTURE(cut);
      converse(conversation, role, {bytes.substr(0, cut), bytes.substr(cut)}, all_at_once,
               Arrival::together);
    }
  });
}

}  // namespace malinka::test
