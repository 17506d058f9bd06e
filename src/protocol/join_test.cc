// SPDX-License-Identifier: MIT
#include "protocol/join.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "protocol/vector_agreement.h"
#include "vectors.h"

using malinka::Json;
using malinka::Result;
using malinka::protocol::agrees;
using malinka::protocol::error_name;
using malinka::protocol::Join;
using malinka::protocol::make_join;
using malinka::protocol::parse_join;

namespace {

Json describe_outcome(const Result<Join>& join) {
  if (!join) return {{"ok", false}, {"error", error_name(join.error())}};
  Json seen = {{"ok", true},       {"channel", join->channel},   {"subscriber", join->subscriber},
               {"key", join->key}, {"instance", join->instance}, {"device", join->is_device}};
  if (join->message_bytes_max) seen["maxMessageBytes"] = *join->message_bytes_max;
  return seen;
}

}  // namespace

TEST_CASE("the join vectors hold") {
  for (const auto& vector : malinka::test::load_vectors("joins")) {
    CAPTURE(vector.file);
    const Json seen = describe_outcome(parse_join(vector.input));
    CAPTURE(malinka::dump_json(seen));
    CHECK(agrees(seen, vector.expect));
  }
}

TEST_CASE("a join that is written is read again") {
  Join join{.channel = "caf\u00e9",
            .subscriber = "a \"b\"",
            .key = "\\\n\x01",
            .instance = "i7",
            .message_bytes_max = 5};
  join.is_device = true;
  CHECK(describe_outcome(parse_join(make_join(join))) == describe_outcome(join));
}

TEST_CASE("a join says nothing of what it does not have") {
  CHECK(make_join({.channel = "home",
                   .subscriber = "hall",
                   .key = "",
                   .instance = "",
                   .message_bytes_max = {}}) ==
        R"({"messageType":"Join","channel":"home","subscriber":"hall"})");
}

TEST_CASE("an error names the member that is wrong") {
  const auto join =
      parse_join(R"({"messageType":"Join","channel":"home","subscriber":"hall","key":5})");
  REQUIRE_FALSE(join);
  CHECK(join.error().message().starts_with("key: "));
}
