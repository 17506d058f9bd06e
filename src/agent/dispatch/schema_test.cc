// SPDX-License-Identifier: MIT
#include "agent/dispatch/schema.h"

#include <doctest/doctest.h>

#include "base/json.h"

namespace malinka::agent::dispatch {
namespace {

bool fits(const char* schema, const char* value) {
  return !find_violation(*parse_json(schema), *parse_json(value));
}

}  // namespace

TEST_CASE("each type takes its own values alone") {
  CHECK(fits(R"({"type":"null"})", "null"));
  CHECK(fits(R"({"type":"boolean"})", "false"));
  CHECK(fits(R"({"type":"number"})", "1.5"));
  CHECK(fits(R"({"type":"array"})", "[1]"));
  CHECK_FALSE(fits(R"({"type":"null"})", "false"));
  CHECK_FALSE(fits(R"({"type":"boolean"})", "0"));
  CHECK_FALSE(fits(R"({"type":"number"})", "\"1.5\""));
  CHECK_FALSE(fits(R"({"type":"array"})", "{}"));
}

TEST_CASE("an integer is a whole number within 2^53") {
  CHECK(fits(R"({"type":"integer"})", "9007199254740992"));
  CHECK(fits(R"({"type":"integer"})", "-3.0"));
  CHECK_FALSE(fits(R"({"type":"integer"})", "9007199254740994"));
  CHECK_FALSE(fits(R"({"type":"integer"})", "18446744073709551615"));
  CHECK_FALSE(fits(R"({"type":"integer"})", "0.5"));
}

TEST_CASE("an enum takes its own values alone") {
  CHECK(fits(R"({"enum":["deny","view",3]})", "3"));
  CHECK_FALSE(fits(R"({"enum":["deny","view"]})", "\"control\""));
}

TEST_CASE("what is wrong inside an object is named by its path") {
  const char* const schema =
      R"({"type":"object","properties":{"a":{"type":"object","properties":{"b":{"minimum":2}}}}})";
  const auto violation = find_violation(*parse_json(schema), *parse_json(R"({"a":{"b":1}})"));
  CHECK(violation == "value.a.b must be at least 2");
}

TEST_CASE("a list of types takes the values of any of them") {
  CHECK(fits(R"({"type":["integer","string"]})", "\"lamp\""));
  CHECK(fits(R"({"type":["integer","string"]})", "17"));
  CHECK_FALSE(fits(R"({"type":["integer","string"]})", "true"));
}

TEST_CASE("an array has as many elements as its schema allows, each of which fits") {
  const char* const schema =
      R"({"type":"array","minItems":1,"maxItems":2,"items":{"type":"object","required":["a"]}})";
  CHECK(fits(schema, R"([{"a":1},{"a":2}])"));
  CHECK_FALSE(fits(schema, "[]"));
  CHECK_FALSE(fits(schema, R"([{"a":1},{"a":2},{"a":3}])"));
  CHECK(find_violation(*parse_json(schema), *parse_json(R"([{"a":1},{}])")) ==
        "value[1] must have the member \"a\"");
}

TEST_CASE("an object that is not closed takes other members") {
  CHECK(fits(R"({"type":"object","properties":{}})", R"({"other":1})"));
  CHECK_FALSE(fits(R"({"type":"object","additionalProperties":false})", R"({"other":1})"));
}

TEST_CASE("no more of a made-up name is repeated than is needed to know it") {
  const Json value = {{std::string(1000, 'x'), 1}};
  const auto violation =
      find_violation(*parse_json(R"({"type":"object","additionalProperties":false})"), value);
  REQUIRE(violation);
  CHECK(violation->size() < 100);
}

}  // namespace malinka::agent::dispatch
