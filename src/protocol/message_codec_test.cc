// SPDX-License-Identifier: MIT
#include "protocol/message_codec.h"

#include <doctest/doctest.h>

#include <memory>

#include "base/limits.h"
#include "protocol/binary_message.h"
#include "protocol/envelope_error.h"

using malinka::as_bytes;
using malinka::as_text;
using malinka::Blob;
using malinka::Bytes;
using malinka::Message;
using malinka::MessageType;
using malinka::Result;
using malinka::protocol::BinaryMessageError;
using malinka::protocol::decode_binary_message;
using malinka::protocol::decode_text_message;
using malinka::protocol::encode_message;
using malinka::protocol::EncodedMessage;
using malinka::protocol::EnvelopeError;

namespace {

Message make_command() {
  Message message;
  message.type = MessageType::command;
  message.id = R"("k7")";
  message.name = "files.write";
  message.recipients = {"kitchen", "a \"b\""};
  message.expires_at = "2026-11-22T21:48:07Z";
  message.value = R"({"path":"/a","big":123456789012345678901234567890})";
  return message;
}

Message make_response() {
  Message message;
  message.type = MessageType::response;
  message.recipients = {"phone"};
  message.response = {
      .request_id = "17.0", .success = false, .code = 404, .error = "no \"such\" file"};
  return message;
}

Result<Message> decode(const EncodedMessage& encoded) {
  return encoded.is_binary ? decode_binary_message(encoded.payload)
                           : decode_text_message(as_text(encoded.payload));
}

}  // namespace

TEST_CASE("a message without a blob travels as text") {
  const auto encoded = encode_message(make_command());
  REQUIRE(encoded);
  CHECK_FALSE(encoded->is_binary);
  CHECK(
      as_text(encoded->payload) ==
      R"({"messageType":"Command","id":"k7","name":"files.write","recipients":["kitchen","a \"b\""],)"
      R"("expiresAt":"2026-11-22T21:48:07Z","value":{"path":"/a","big":123456789012345678901234567890}})");
}

TEST_CASE("a Command comes back as it was") {
  const Message sent = make_command();
  const auto message = decode(*encode_message(sent));
  REQUIRE(message);
  CHECK(message->type == MessageType::command);
  CHECK(message->id == sent.id);
  CHECK(message->name == sent.name);
  CHECK(message->recipients == sent.recipients);
  CHECK(message->expires_at == sent.expires_at);
  CHECK(message->value == sent.value);
  CHECK_FALSE(message->blob);
  CHECK_FALSE(message->response);
}

TEST_CASE("a Response comes back as it was, its requestId as it was written") {
  const auto message = decode(*encode_message(make_response()));
  REQUIRE(message);
  REQUIRE(message->response);
  CHECK(message->response->request_id == "17.0");
  CHECK_FALSE(message->response->success);
  CHECK(message->response->code == 404);
  CHECK(message->response->error == "no \"such\" file");
}

TEST_CASE("a message with a blob travels as a binary message and comes back") {
  Message sent = make_command();
  sent.blob = Blob{.name = "a.jpg",
                   .type = "image/jpeg",
                   .content = std::make_shared<const Bytes>(70'000, std::byte{7})};
  const auto encoded = encode_message(sent);
  REQUIRE(encoded);
  CHECK(encoded->is_binary);
  const auto message = decode(*encoded);
  REQUIRE(message);
  REQUIRE(message->blob);
  CHECK(message->blob->name == "a.jpg");
  CHECK(message->blob->type == "image/jpeg");
  CHECK(*message->blob->content == *sent.blob->content);
}

TEST_CASE("a blob without content is an empty blob") {
  Message sent = make_command();
  sent.blob = Blob{};
  const auto message = decode(*encode_message(sent));
  REQUIRE(message);
  REQUIRE(message->blob);
  CHECK(message->blob->size() == 0);
}

TEST_CASE("an envelope too long for a binary message is refused") {
  Message sent = make_command();
  sent.value = '"' + std::string(malinka::limits::binary_envelope_bytes_max, 'x') + '"';
  CHECK(encode_message(sent));
  sent.blob = Blob{};
  CHECK(encode_message(sent).error().code == std::errc::message_size);
}

TEST_CASE("a Command to all others goes both ways") {
  Message sent = make_command();
  sent.recipients = {"*"};
  const auto message = decode(*encode_message(sent));
  REQUIRE(message);
  CHECK(message->recipients == std::vector<std::string>{"*"});
}

TEST_CASE("base64 content may be broken into lines and escaped") {
  const auto message = decode_text_message(
      R"({"messageType":"Broadcast","originator":"kitchen","blob":{"name":"x","size":5,"content":"\/\/8=)"
      R"("}})");
  CHECK(message.error().code == BinaryMessageError::size_differs);
  const auto broken = decode_text_message(
      R"({"messageType":"Broadcast","originator":"kitchen","blob":{"content":"aGVs\r\nbG\u0038="}})");
  REQUIRE(broken);
  CHECK(broken->originator == "kitchen");
  CHECK(as_text(*broken->blob->content) == "hello");
}

TEST_CASE("content that is not base64 is refused") {
  const auto message = decode_text_message(R"({"messageType":"Broadcast","blob":{"content":"?"}})");
  CHECK(message.error().code == EnvelopeError::bad_blob);
}

TEST_CASE("a response of a foreign client without the usual types is a failure without a code") {
  const auto message = decode_text_message(
      R"({"messageType":"Response","recipients":["a"],"response":{"success":"true","responseCode":"200","error":5}})");
  REQUIRE(message);
  CHECK(message->response->request_id.empty());
  CHECK_FALSE(message->response->success);
  CHECK(message->response->code == 0);
  CHECK(message->response->error.empty());
}

TEST_CASE("the last of several names and values counts") {
  const auto message = decode_text_message(
      R"({"messageType":"Broadcast","name":"a","name":"b","value":1,"value":[2, 3]})");
  REQUIRE(message);
  CHECK(message->name == "b");
  CHECK(message->value == "[2, 3]");
}
