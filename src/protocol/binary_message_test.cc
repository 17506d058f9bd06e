// SPDX-License-Identifier: MIT
#include "protocol/binary_message.h"

#include <doctest/doctest.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/try.h"
#include "hex.h"
#include "protocol/vector_agreement.h"
#include "vectors.h"

using malinka::as_bytes;
using malinka::as_text;
using malinka::Bytes;
using malinka::ByteView;
using malinka::Json;
using malinka::Result;
using malinka::protocol::agrees;
using malinka::protocol::binary_message_prefix;
using malinka::protocol::BinaryMessageError;
using malinka::protocol::check_blob;
using malinka::protocol::EnvelopeError;
using malinka::protocol::error_name;
using malinka::protocol::scan_envelope;
using malinka::protocol::split_binary_message;
using malinka::protocol::to_text_message;
using malinka::test::hex_of;

namespace {

/// What the hub does with a binary message: take it apart, check it, convert it.
Result<Json> read_binary(std::string_view message) {
  const auto parts = TRY(split_binary_message(as_bytes(message)));
  const auto envelope = TRY(scan_envelope(parts.envelope));
  TRY_VOID(check_blob(envelope, parts.blob));
  return Json{{"ok", true},
              {"envelope", parts.envelope},
              {"blobHex", hex_of(parts.blob)},
              {"text", TRY(to_text_message(parts.envelope, parts.blob))}};
}

}  // namespace

TEST_CASE("the binary message vectors hold") {
  for (const auto& vector : malinka::test::load_vectors("binary")) {
    CAPTURE(vector.file);
    const auto read = read_binary(vector.input);
    const Json seen = read ? *read : Json{{"ok", false}, {"error", error_name(read.error())}};
    CAPTURE(malinka::dump_json(seen));
    CHECK(agrees(seen, vector.expect));
  }
}

TEST_CASE("the prefix is a little-endian number of 32 bits") {
  CHECK(hex_of(binary_message_prefix(0)) == "00000000");
  CHECK(hex_of(binary_message_prefix(0xABCD)) == "cdab0000");
  CHECK(hex_of(binary_message_prefix(65536)) == "00000100");
}

TEST_CASE("a text message made of a binary one is an envelope with the same blob") {
  const Bytes blob(1000, std::byte{0xA7});
  const auto text =
      to_text_message(R"({"messageType":"Broadcast","blob":{"size":1000},"x":1.50})", blob);
  REQUIRE(text);
  const auto envelope = scan_envelope(*text);
  REQUIRE(envelope);
  CHECK(envelope->blob->size == 1000U);
  CHECK(envelope->blob->content == '"' + malinka::base::encode_base64(blob) + '"');
  CHECK(text->ends_with(R"("},"x":1.50})"));
}

TEST_CASE("content that stands there already is replaced") {
  const auto text = to_text_message(
      R"({"messageType":"Broadcast","blob":{"content":"eA==","size":1}})", as_bytes("a"));
  CHECK(text == R"({"messageType":"Broadcast","blob":{"content":"YQ==","size":1}})");
}

TEST_CASE("bytes have no place in a text message without a blob") {
  CHECK(to_text_message(R"({"messageType":"Broadcast"})", as_bytes("a")).error().code ==
        EnvelopeError::bad_blob);
}

TEST_CASE("a binary message cut anywhere is refused") {
  const std::string envelope = R"({"messageType":"Broadcast","blob":{"size":5}})";
  const std::string whole =
      malinka::to_text(binary_message_prefix(envelope.size())) + envelope + "hello";
  REQUIRE(read_binary(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(read_binary(whole.substr(0, size)));
}
