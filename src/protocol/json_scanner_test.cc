// SPDX-License-Identifier: MIT
#include "protocol/json_scanner.h"

#include <doctest/doctest.h>

#include <string>

#include "base/limits.h"
#include "protocol/json_reference.h"

using malinka::Result;
using malinka::protocol::EnvelopeError;
using malinka::protocol::JsonReference;
using malinka::protocol::JsonScanner;
using malinka::protocol::parse_whole_number;

namespace {

bool is_json(std::string_view text) {
  JsonScanner scanner(text);
  return scanner.value() && scanner.end();
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("every kind of value is JSON") {
  for (const std::string_view text : {"null",
                                      "true",
                                      "false",
                                      "0",
                                      "-0",
                                      "17",
                                      "-1.5",
                                      "1e5",
                                      "1E+5",
                                      "0.5e-10",
                                      "\"\"",
                                      "\"x\"",
                                      "[]",
                                      "{}",
                                      "[ ]",
                                      "{ }",
                                      "[1,2]",
                                      "[[],{}]",
                                      R"({"a":1,"b":[{"c":null}]})",
                                      " \t\r\n1 \n",
                                      R"("\"\\\/\b\f\n\r\t\u0041")",
                                      R"("\ud83d\ude00")",
                                      "\"caf\u00e9 and much more\"",
                                      "\"\x7F\"",
                                      "[true , false]",
                                      R"({"a":{},"a":{}})",
                                      "1e999",
                                      "123456789012345678901234567890"}) {
    CAPTURE(text);
    CHECK(is_json(text));
  }
}

TEST_CASE("every way of not being JSON is refused") {
  for (const std::string_view text : {"",
                                      " ",
                                      "nul",
                                      "nulll",
                                      "True",
                                      "tru",
                                      "NaN",
                                      "Infinity",
                                      "-",
                                      "+1",
                                      "01",
                                      "-01",
                                      "1.",
                                      ".5",
                                      "1e",
                                      "1e+",
                                      "1.e5",
                                      "0x10",
                                      "1 2",
                                      "--1",
                                      "1_000",
                                      "\"",
                                      "\"a",
                                      "'a'",
                                      R"("\")",
                                      R"("\q")",
                                      R"("\u")",
                                      R"("\u12")",
                                      R"("\u12G4")",
                                      R"("\U0041")",
                                      R"("\ud800")",
                                      R"("\udc00")",
                                      R"("\ud800\u0041")",
                                      R"("\ud800x")",
                                      R"("\ud800\ud800")",
                                      "\"a\nb\"",
                                      "\"a\tb\"",
                                      "\"long enough\x01for eight\"",
                                      "[",
                                      "]",
                                      "[1",
                                      "[1,",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "[1,,2]",
                                      "[1}",
                                      "[]]",
                                      "{",
                                      "}",
                                      "{]",
                                      "{1:2}",
                                      "{a:1}",
                                      R"({"a")",
                                      R"({"a":)",
                                      R"({"a":1)",
                                      R"({"a":1,)",
                                      R"({"a":1,})",
                                      R"({"a" 1})",
                                      R"({"a":1 "b":2})",
                                      R"({"a"::1})",
                                      R"({,"a":1})",
                                      R"({"a":1}})",
                                      R"({"a":1]})",
                                      R"([{"a":1])",
                                      "/**/1",
                                      "1//",
                                      "\v1",
                                      "\f1",
                                      "\xEF\xBB\xBF{}",
                                      "[1]x",
                                      "{}{}",
                                      "\\u0031"}) {
    CAPTURE(text);
    CHECK_FALSE(is_json(text));
  }
  for (const std::string& text : {std::string("\0", 1), std::string("1\0", 2),
                                  std::string("\"a\0b\"", 5), std::string("[1\0]", 4)})
    CHECK_FALSE(is_json(text));
}

TEST_CASE("the scanner agrees with another parser on every text of up to five tokens") {
  constexpr std::string_view tokens[] = {"[",     "]", "{", "}", ",",   ":",
                                         "\"a\"", "1", "-", " ", "null"};
  constexpr std::size_t count = std::size(tokens);
  for (std::size_t number = 0; number < count * count * count * count * count; ++number) {
    std::string text;
    for (std::size_t rest = number; rest > 0; rest /= count) text += tokens[rest % count];
    const bool expected = *JsonReference::accepts(text);
    if (is_json(text) != expected) FAIL(text);
  }
}

TEST_CASE("a string ends at the same quote wherever it stands among eight bytes") {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string plain(size, 'x');
    CAPTURE(size);
    CHECK(is_json('"' + plain + '"'));
    CHECK(is_json('"' + plain + "\\n\u00e9\xF0\x9F\x8D\x93" + plain + '"'));
    CHECK_FALSE(is_json('"' + plain + '\x1F' + plain + '"'));
    CHECK_FALSE(is_json('"' + plain + '"' + plain + '"'));
  }
}

TEST_CASE("nesting up to the limit passes, and one more is too deep") {
  CHECK(is_json(nested(malinka::limits::json_depth_max)));
  const std::string deeper = nested(malinka::limits::json_depth_max + 1);
  CHECK(JsonScanner(deeper).value().error().code == EnvelopeError::too_deep);
  const std::string much_deeper = nested(1'000'000);
  CHECK(JsonScanner(much_deeper).value().error().code == EnvelopeError::too_deep);
}

TEST_CASE("a value inside of an object has the depth of the object less") {
  const std::string text = R"({"a":)" + nested(malinka::limits::json_depth_max) + "}";
  JsonScanner scanner(text);
  const auto read = scanner.object([&](std::string_view) -> Result<void> {
    if (auto value = scanner.value(); !value) return std::unexpected(value.error());
    return {};
  });
  REQUIRE_FALSE(read);
  CHECK(read.error().code == EnvelopeError::too_deep);
}

TEST_CASE("a value is given as it stands in the text") {
  JsonScanner scanner("  {\"a\" : [1, 2]}  17");
  CHECK(scanner.value() == "{\"a\" : [1, 2]}");
  CHECK(scanner.value() == "17");
  CHECK(scanner.end());
}

TEST_CASE("an error names the byte where the text stops being JSON") {
  CHECK(JsonScanner("[1,2,]").value().error().message() == "at byte 5: not JSON");
}

TEST_CASE("a whole number has digits alone and fits into 64 bits") {
  CHECK(parse_whole_number("0") == 0U);
  CHECK(parse_whole_number("18446744073709551615") == 18446744073709551615U);
  for (const std::string_view token :
       {"", "-1", "-0", "1.0", "1e3", "18446744073709551616", "\"1\""})
    CHECK_FALSE(parse_whole_number(token));
}
