// SPDX-License-Identifier: MIT
// The real hub over real sockets: every handshake of spec/vectors/handshakes/, and every
// conversation of spec/vectors/websocket/ in which no message is echoed, since a hub echoes none.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "base/limits.h"
#include "conversation.h"
#include "hub_program.h"
#include "hub_socket.h"
#include "raw_frame.h"
#include "vectors.h"
#include "wire/http_head.h"

namespace malinka::test {
namespace {

using wire::Role;

/// What the hub makes of a connection before the conversation begins.
enum class Standing { newcomer, member };

constexpr std::string_view upgrade_request =
    "GET /bus HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

// Byte by byte, more would take long.
constexpr std::size_t cut_bytes_max = 2000;

/// A newcomer's message is a join, and a member's echoed to nobody.
bool is_for_hub(const Conversation& conversation) {
  const auto is_message = [](const Answer& answer) { return answer.opcode <= 2; };
  return std::ranges::find(conversation.roles, Role::server) != conversation.roles.end() &&
         !conversation.message_bytes_max && std::ranges::none_of(conversation.answers, is_message);
}

std::string write_all(const Conversation& conversation) {
  const auto steps = write_steps(conversation, Role::client);
  std::string bytes = std::accumulate(steps.begin(), steps.end(), std::string());
  if (conversation.outcome == Outcome::goes_on) bytes += write_close(Role::client, 1000);
  return bytes;
}

void enter(HubSocket& socket, Standing standing) {
  socket.send(upgrade_request, Cut::whole);
  REQUIRE(socket.receive_head().starts_with("HTTP/1.1 101 "));
  if (standing == Standing::newcomer) return;
  const std::string join = R"({"messageType":"Join","channel":"home","subscriber":"peer"})";
  socket.send(write_frame({.opcode = 1, .is_masked = true, .payload = join}), Cut::whole);
  REQUIRE(socket.receive_payload().contains(R"("success":true)"));
}

/// A newcomer's messages have a limit of their own.
std::size_t sent_bytes_max(Standing standing, Cut cut) {
  if (cut == Cut::byte_by_byte) return cut_bytes_max;
  return standing == Standing::newcomer ? limits::join_bytes_max : limits::text_bytes_max;
}

void converse(const HubProgram& hub, const Conversation& conversation, Standing standing, Cut cut) {
  const std::string bytes = write_all(conversation);
  if (bytes.size() > sent_bytes_max(standing, cut)) return;
  HubSocket socket(hub.port());
  enter(socket, standing);
  socket.send(bytes, cut);
  const Reply reply = read_reply(socket.receive_rest(), Role::server);
  check_answers(conversation, reply.answers, Arrival::together);
  CHECK(reply.has_close);
  const bool goes_on = conversation.outcome == Outcome::goes_on;
  CHECK(reply.close_code == (goes_on ? 1000 : conversation.close_code));
}

void check_all_conversations(Standing standing) {
  HubProgram hub;
  std::size_t count = 0;
  for (const Conversation& conversation : load_conversations()) {
    if (!is_for_hub(conversation)) continue;
    CAPTURE(conversation.file);
    CAPTURE(conversation.name);
    converse(hub, conversation, standing, Cut::whole);
    converse(hub, conversation, standing, Cut::byte_by_byte);
    ++count;
  }
  CHECK(count > 100);
  CHECK(hub.terminate() == 0);
}

void check_response(const Json& expect, const std::string& text) {
  const auto parsed = wire::parse_response_head(as_bytes(text), text.size());
  REQUIRE(parsed);
  REQUIRE(*parsed);
  const wire::ResponseHead& head = **parsed;
  CHECK(head.status == expect.at("status").get<unsigned>());
  const Json fields = expect.value("fields", Json::object());
  for (const auto& [name, value] : fields.items()) {
    CAPTURE(name);
    CHECK(std::ranges::any_of(head.fields.all, [&](const wire::HttpField& field) {
      return wire::equal_ignoring_case(field.name, name) && field.value == value;
    }));
  }
  const Json absent = expect.value("absent", Json::array());
  for (const Json& name : absent) CHECK(head.fields.count(name.get<std::string>()) == 0);
}

}  // namespace

TEST_CASE("a hub has every conversation with who has not joined yet") {
  check_all_conversations(Standing::newcomer);
}

TEST_CASE("a hub has every conversation with who has joined") {
  check_all_conversations(Standing::member);
}

TEST_CASE("a hub answers every handshake as its vector says") {
  HubProgram hub;
  for (const Vector& vector : load_vectors("handshakes")) {
    if (vector.given.at("end") != "server") continue;
    CAPTURE(vector.file);
    CAPTURE(vector.name);
    for (const Cut cut : {Cut::whole, Cut::byte_by_byte}) {
      HubSocket socket(hub.port());
      socket.send(vector.input, cut);
      check_response(vector.expect, socket.receive_head());
    }
  }
  CHECK(hub.terminate() == 0);
}

}  // namespace malinka::test
