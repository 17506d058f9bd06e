// SPDX-License-Identifier: MIT
// What travels in the boxes of a sealed channel. docs/protocol.md section 8, Data.
#include <doctest/doctest.h>

#include "protocol/binary_message.h"
#include "protocol/message_codec.h"
#include "protocol/vector_agreement.h"
#include "vectors.h"

using malinka::as_bytes;
using malinka::as_text;
using malinka::Bytes;
using malinka::Message;
using malinka::MessageType;
using malinka::protocol::decode_inner_message;
using malinka::protocol::encode_inner_head;
using malinka::protocol::error_name;

namespace {

Message make_command() {
  Message command;
  command.type = MessageType::command;
  command.id = "\"k1\"";
  command.name = "agent.ping";
  command.recipients = {"kitchen"};
  command.value = "{}";
  return command;
}

Bytes inner_of(std::string_view envelope) {
  Bytes bytes = malinka::protocol::binary_message_prefix(envelope.size());
  malinka::append(bytes, envelope);
  return bytes;
}

}  // namespace

TEST_CASE("the inner messages of the vectors are read, or refused with their word") {
  for (const auto& [file, name, input, given, expect] :
       malinka::test::load_vectors("sealed/inner")) {
    CAPTURE(file);
    const auto inner = decode_inner_message(as_bytes(input));
    REQUIRE(inner.has_value() == expect.at("ok").get<bool>());
    if (!inner) CHECK(error_name(inner.error()) == expect.at("error"));
  }
}

TEST_CASE("an inner message comes back as it was, its deadline with it") {
  Message command = make_command();
  command.value =
      '"' + std::string(100'000, 'x') + '"';  // Longer than a binary message's envelope.
  const Bytes head = encode_inner_head(command, std::chrono::milliseconds(15'000));
  const auto inner = decode_inner_message(head);
  REQUIRE(inner);
  CHECK(inner->message.name == "agent.ping");
  CHECK(inner->message.value == command.value);
  CHECK(inner->message.recipients == command.recipients);
  CHECK(inner->deadline == std::chrono::milliseconds(15'000));
  CHECK_FALSE(decode_inner_message(encode_inner_head(command, std::nullopt))->deadline);
}

TEST_CASE("a deadline that cannot be read is refused, not ignored") {
  for (const char* const deadline : {"-1", "1.5", "\"15000\"", "1e3", "99999999999999999999",
                                     "9007199254740993", "{}", "true"}) {
    CAPTURE(deadline);
    const std::string envelope =
        std::string(
            R"({"messageType":"Command","name":"agent.ping","recipients":["k"],"deadline":)") +
        deadline + "}";
    CHECK_FALSE(decode_inner_message(inner_of(envelope)));
  }
}
