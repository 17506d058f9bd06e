// SPDX-License-Identifier: MIT
#include "protocol/envelope.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/limits.h"
#include "protocol/json_string.h"
#include "protocol/timestamp.h"
#include "protocol/vector_agreement.h"
#include "vectors.h"

using malinka::Json;
using malinka::MessageType;
using malinka::Result;
using malinka::protocol::agrees;
using malinka::protocol::Envelope;
using malinka::protocol::EnvelopeError;
using malinka::protocol::error_name;
using malinka::protocol::find_id;
using malinka::protocol::format_timestamp;
using malinka::protocol::scan_envelope;
using malinka::protocol::stamp_originator;
using malinka::protocol::unquote_json;

namespace {

/// The envelope in the shape that the vectors expect: id, requestId, value and content as they
/// stand in the text, names decoded, and what stamping makes of it.
Json describe_envelope(const Envelope& envelope) {
  constexpr std::string_view type_names[] = {"Command", "Response", "Broadcast"};
  Json seen = {{"ok", true},
               {"messageType", type_names[static_cast<int>(envelope.type)]},
               {"stamped", stamp_originator(envelope, "phone")}};
  const auto add = [&seen](const char* name, std::string_view token) {
    if (!token.empty()) seen[name] = token;
  };
  add("id", envelope.id);
  add("name", unquote_json(envelope.name).value_or(""));
  add("originator", unquote_json(envelope.originator).value_or(""));
  add("value", envelope.value);
  add("requestId", envelope.request_id);
  if (!envelope.recipients.empty()) seen["recipients"] = envelope.recipients;
  if (envelope.is_to_all) seen["recipients"] = {"*"};
  if (envelope.expires_at) seen["expiresAt"] = format_timestamp(*envelope.expires_at);
  if (!envelope.blob) return seen;
  seen["blob"] = Json::object();
  if (envelope.blob->size) seen["blob"]["size"] = *envelope.blob->size;
  if (const auto content = unquote_json(envelope.blob->content)) seen["blob"]["content"] = *content;
  return seen;
}

Json describe_outcome(const Result<Envelope>& envelope) {
  if (envelope) return describe_envelope(*envelope);
  return {{"ok", false}, {"error", error_name(envelope.error())}};
}

}  // namespace

TEST_CASE("the envelope vectors hold") {
  for (const auto& vector : malinka::test::load_vectors("envelopes")) {
    CAPTURE(vector.file);
    const Json seen = describe_outcome(scan_envelope(vector.input));
    CAPTURE(malinka::dump_json(seen));
    CHECK(agrees(seen, vector.expect));
  }
}

TEST_CASE("a message stays JSON, and routed the same, when it is cut anywhere or stamped") {
  const std::string text =
      R"({"messageType":"Command","id":"k","recipients":["a","b"],"value":{"x":[1,"\u00e9"]}})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(scan_envelope(std::string_view(text).substr(0, size)));
  }
  const auto envelope = scan_envelope(text);
  REQUIRE(envelope);
  const std::string stamped = stamp_originator(*envelope, "a \"quoted\" \\ name");
  const auto again = scan_envelope(stamped);
  REQUIRE(again);
  CHECK(unquote_json(again->originator) == "a \"quoted\" \\ name");
  CHECK(again->recipients == envelope->recipients);
  CHECK(again->value == envelope->value);
}

TEST_CASE("ten thousand recipients that are all different keep their order") {
  std::string text = R"({"messageType":"Command","recipients":[)";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < malinka::limits::recipients_max; ++i) {
    names.push_back("device-" + std::to_string(i * 7919 % malinka::limits::recipients_max));
    text += (i == 0 ? "\"" : ",\"") + names.back() + "\"";
  }
  const auto envelope = scan_envelope(text + "]}");
  REQUIRE(envelope);
  CHECK(envelope->recipients == names);
}

TEST_CASE("an error says which member, element or byte is wrong") {
  const auto message_of = [](std::string_view text) {
    return scan_envelope(text).error().message();
  };
  CHECK(message_of(R"({"messageType":"Command","recipients":["a",""]})")
            .starts_with("recipients[1]: "));
  CHECK(message_of(R"({"messageType":"Broadcast","id":{}})").starts_with("id: "));
  CHECK(message_of(R"({"id":1,"id":1})").starts_with("\"id\": "));
  CHECK(message_of(R"({"id":1,})").starts_with("at byte 8: "));
}

TEST_CASE("the id of a refused message is found where it can be") {
  CHECK(find_id(R"({"messageType":"Command","id":"k7"})") == R"("k7")");
  CHECK(find_id(R"({"id":-1.5e3,"messageType":)") == "-1.5e3");
  CHECK(find_id(R"({"id":"first","id":"second"})") == R"("first")");
  CHECK(find_id("{\"x\":\"\xFF\",\"id\":7}") == "7");
}

TEST_CASE("a refused message without an id that can be echoed has the id null") {
  CHECK(find_id("") == "null");
  CHECK(find_id("17") == "null");
  CHECK(find_id(R"({"x":{"id":1}})") == "null");
  CHECK(find_id(R"({"id":{"a":1}})") == "null");
  CHECK(find_id(R"({"id":tru)") == "null");
  CHECK(find_id(R"({"id":")" + std::string(65, 'x') + R"("})") == "null");
  CHECK(find_id("{\"id\":\"\xFF\"}") == "null");
  CHECK(find_id(R"({"x":)" + std::string(100'000, '[') + R"(,"id":1})") == "null");
}
