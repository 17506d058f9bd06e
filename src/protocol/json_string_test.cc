// SPDX-License-Identifier: MIT
#include "protocol/json_string.h"

#include <doctest/doctest.h>

using namespace std::string_view_literals;
using malinka::protocol::quote_json;
using malinka::protocol::unquote_json;

TEST_CASE("escapes are resolved") {
  CHECK(unquote_json(R"("")") == "");
  CHECK(unquote_json(R"("plain")") == "plain");
  CHECK(unquote_json(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(unquote_json(R"("\u0041\u00e9\u20ac\ud83c\udf53")") == "A\u00e9\u20ac\U0001F353");
  CHECK(unquote_json(R"("a\u0000b")") == "a\0b"sv);
}

TEST_CASE("half a surrogate pair, and what is no string, is not unquoted") {
  for (const std::string_view text :
       {R"("\ud800")", R"("\udc00")", R"("\ud800\n")", R"("\ud800\u0041")", R"("\x")", R"("\u00")",
        "\"\\\"", "\"", "", "17", "x\"\""}) {
    CAPTURE(text);
    CHECK_FALSE(unquote_json(text));
  }
}

TEST_CASE("whatever is quoted comes back") {
  std::string all = "caf\u00e9 \u20ac \U0001F353";
  for (int character = 0; character < 0x80; ++character) all += static_cast<char>(character);
  CHECK(unquote_json(quote_json(all)) == all);
}

TEST_CASE("control characters are escaped and nothing else that need not be") {
  CHECK(quote_json("a\"b\\c/\n\r\t\x01\x1F\x7F\u00e9") ==
        "\"a\\\"b\\\\c/\\n\\r\\t\\u0001\\u001f\x7F\u00e9\"");
}

TEST_CASE("bytes that are not UTF-8 become replacement characters") {
  CHECK(quote_json("a\xFF\xC3\u00e9\xE2\x82") == "\"a\uFFFD\uFFFD\u00e9\uFFFD\uFFFD\"");
  CHECK(quote_json("\x80\xF0\x9F") == "\"\uFFFD\uFFFD\uFFFD\"");
}
